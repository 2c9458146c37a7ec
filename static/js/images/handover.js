// Files that go along from one page to the next, by way of IndexedDB; they are taken out once, by whoever comes next.

const STORE = "files";

const open = () =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open("handover", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const finished = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });

/** Leave the files for the next page; without storage they are not there, and have to be chosen again. */
export const handOver = async (files) => {
  try {
    const transaction = (await open()).transaction(STORE, "readwrite");
    transaction.objectStore(STORE).put(files, STORE);
    await finished(transaction);
  } catch (error) {
    console.warn(error);
  }
};

/** Take what was left. */
export const takeOver = async () => {
  try {
    const transaction = (await open()).transaction(STORE, "readwrite");
    const request = transaction.objectStore(STORE).get(STORE);
    transaction.objectStore(STORE).delete(STORE);
    await finished(transaction);
    return request.result ?? [];
  } catch {
    return [];
  }
};
