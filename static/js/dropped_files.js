// Files that are dropped anywhere on the page, folders included, chosen with a file input, or pasted.

const paths = new WeakMap(); // of dropped files; those of an input know their own

/** Where a file lay in the folder that was dropped or chosen with it, like "holiday/day 1/hills.jpg". */
export const pathOf = (file) => paths.get(file) ?? (file.webkitRelativePath || file.name);

/** All files of a drop, and the paths of its folders. Call it in the event: the browser forgets. */
const contentOf = async (transfer) => {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return { files: [...transfer.files], folders: [] };
  const found = { files: [], folders: [] };
  for (const entry of entries) await gather(entry, found);
  return found;
};

const gather = async (entry, found) => {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    paths.set(file, path);
    found.files.push(file);
    return;
  }
  found.folders.push(path);
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return;
    for (const child of some) await gather(child, found);
  }
};

/**
 * Give every file that comes to `take(files, folders)`, with the paths of dropped folders, so that empty ones are
 * not lost (`pathOf` tells the path of a file); while files hover over the page, its .dropzone elements have .is-over.
 * @param {(files: File[], folders: string[]) => void} take
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
    const { files, folders } = await contentOf(event.dataTransfer);
    take(files, folders);
  });
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("input[type=file][data-files]")) return;
    take([...target.files], []);
    target.value = ""; // so that the same file can be chosen again
  });
  document.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length) take([...event.clipboardData.files], []);
  });
};
