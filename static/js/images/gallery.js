// Pictures that are dropped on the gallery go on to the editor.

import { receiveFiles } from "../dropped_files.js";
import { handOver } from "./handover.js";

const link = document.querySelector("[data-drop-link]");

if (link) {
  receiveFiles(async (files) => {
    await handOver(files);
    location.assign(link.href);
  });
}
