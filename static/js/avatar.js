// The picture on the profile page: what is chosen goes to the storage, then the form says which upload it was. While
// the picture is made, live_part.js looks again; when it is done, the rest of the page follows. The page does not come
// anew by itself: that would take away a file dialog that is open, and break off an upload that is under way.

import { bytesInWords } from "./measures.js";
import { createUploader } from "./upload.js";

const form = document.querySelector("[data-avatar]");
const [file, bar, line] = ["file", "bar", "says"].map((name) => form.querySelector(`[data-avatar-${name}]`));
const maxBytes = Number(form.dataset.maxBytes);

const say = (text, isBad = false) => {
  line.textContent = text;
  line.hidden = !text;
  line.classList.toggle("is-bad", isBad);
};

const onChange = ({ state, note, sent, file: { size } }) => {
  bar.hidden = state === "failed" || state === "cancelled";
  bar.max = Math.max(1, size);
  bar.value = sent;
  say(state === "failed" ? note : note || "Uploading your picture.", state === "failed");
  file.disabled = !bar.hidden;
};

const onComplete = async (uploadId) => {
  form.elements.upload_id.value = uploadId;
  form.submit();
};

const uploader = createUploader({ scope: `avatar:${form.dataset.user}`, onChange, onComplete });

const take = () => {
  const [picture] = file.files;
  if (!picture) return;
  if (picture.size > maxBytes) {
    say(`This picture has ${bytesInWords(picture.size)}. Choose one of at most ${bytesInWords(maxBytes)}.`, true);
  } else {
    uploader.add(picture);
  }
  file.value = "";
};

file.addEventListener("change", take);
take(); // what was chosen before this script was here

const part = document.querySelector("[data-live]");
const remove = document.querySelector("[data-avatar-remove]");
new MutationObserver(() => {
  const face = part.querySelector(".avatar").cloneNode(true);
  face.classList.remove("avatar--large");
  document.querySelector(".user-button .avatar").replaceWith(face);
  remove.hidden = face.tagName !== "IMG";
}).observe(part, { childList: true, subtree: true });
