// Files that are dropped anywhere on the page, folders included, chosen with a file input, or pasted.

/** All files of a drop; what a folder holds is read to the bottom. Call it in the event: the browser forgets. */
const filesOf = async (transfer) => {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...transfer.files];
  return (await Promise.all(entries.map(filesUnder))).flat();
};

const filesUnder = async (entry) => {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const files = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return files;
    files.push(...(await Promise.all(some.map(filesUnder))).flat());
  }
};

/**
 * Give every file that comes to `take(files)`; while files hover over the page, its .dropzone elements have .is-over.
 * @param {(files: File[]) => void} take
 */
export const receiveFiles = (take) => {
  let ours = false; // something of this page is dragged; Chrome says of a picture that it is a file
  const isFiles = (event) => !ours && event.dataTransfer.types.includes("Files");
  const hover = (over) => {
    for (const zone of document.querySelectorAll(".dropzone")) zone.classList.toggle("is-over", over);
  };

  document.addEventListener("dragstart", () => (ours = true));
  document.addEventListener("dragend", () => (ours = false));
  document.addEventListener("dragover", (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    hover(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) hover(false);
  });
  document.addEventListener("drop", async (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    hover(false);
    take(await filesOf(event.dataTransfer));
  });
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("input[type=file][data-files]")) return;
    take([...target.files]);
    target.value = ""; // so that the same file can be chosen again
  });
  document.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length) take([...event.clipboardData.files]);
  });
};
