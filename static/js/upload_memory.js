// Which uploads this browser has begun, so that a reload can go on with them. An entry is
// {uploadId, name, size, lastModified, expiresAt, place}; `scope` keeps users and purposes apart.

const key = (scope) => `uploads:${scope}`;

const read = (scope) => {
  try {
    const entries = JSON.parse(localStorage.getItem(key(scope))) ?? [];
    return entries.filter((entry) => Date.parse(entry.expiresAt) > Date.now());
  } catch {
    return []; // storage is forbidden, or somebody else wrote there
  }
};

const write = (scope, entries) => {
  try {
    if (entries.length) localStorage.setItem(key(scope), JSON.stringify(entries));
    else localStorage.removeItem(key(scope));
  } catch {
    // then a reload begins anew
  }
};

/** Tell whether it is the same file, as far as a browser lets us know. */
export const same = (entry, file) =>
  entry.name === file.name && entry.size === file.size && entry.lastModified === file.lastModified;

/** List the uploads that were begun and not finished. */
export const interrupted = read;

/** Find the upload that was begun with this file, for this place. */
export const recall = (scope, file, place) => read(scope).find((entry) => isFor(entry, file, place));

export const remember = (scope, file, { uploadId, expiresAt, place }) => {
  const { name, size, lastModified } = file;
  const others = read(scope).filter((entry) => !isFor(entry, file, place));
  write(scope, [...others, { uploadId, name, size, lastModified, expiresAt, place }]);
};

const isFor = (entry, file, place) => same(entry, file) && entry.place?.key === place?.key;

export const forget = (scope, uploadId) => {
  write(scope, read(scope).filter((entry) => entry.uploadId !== uploadId));
};
