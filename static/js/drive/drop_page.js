// The page of an upload link: files go into somebody's folder, by the link's own door.

import { pathOf, receiveFiles } from "../dropped_files.js";
import { element, icon } from "../element.js";
import { bytesInWords } from "../measures.js";
import { createUploader } from "../upload.js";
import { createUploadRows } from "../upload_rows.js";

const page = document.getElementById("drop-page");
const part = (name) => page.querySelector(`[data-${name}]`);

const showRows = createUploadRows(part("uploads"), () => uploader);

const showSent = ({ file, label }) => {
  part("sent").hidden = false;
  part("sent-list").append(element("li", {}, icon("check"), element("span", { class: "share-list__words truncate" }, label), element("span", { class: "muted" }, bytesInWords(file.size))));
};

const uploader = createUploader({
  scope: `drop-${page.dataset.link}`,
  door: page.dataset.door,
  onChange: showRows,
  onComplete: async (uploadId, file, signal, sending) => showSent(sending),
});

addEventListener("beforeunload", (event) => {
  if (uploader.totals().active) event.preventDefault();
});

receiveFiles((files) => {
  for (const file of files) uploader.add(file, { label: pathOf(file) });
});
