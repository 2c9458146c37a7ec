// Which files may be pictures, told before anything is sent; whether they are, the server decides by their bytes.

import { bytesInWords } from "../measures.js";

const NAMES = /\.(jpe?g|jpe|jfif|png|apng|gif|webp|avif|tiff?|bmp|dib|heic|heif)$/i;
const TYPES = /^image\/(jpeg|pjpeg|png|apng|gif|webp|avif|tiff|bmp|x-bmp|x-ms-bmp|heic|heif)(-sequence)?$/;
const LEFT_BY_SYSTEMS = /^(\..*|thumbs\.db|desktop\.ini)$/i;

/** Tell what operating systems leave in folders; nobody meant to send it. */
export const isLitter = (file) => LEFT_BY_SYSTEMS.test(file.name);

/** Say why the file cannot be used; "" if it may be sent. */
export const refusal = (file, maxBytes) => {
  const unknown = !file.type && !file.name.includes(".");
  if (!unknown && !NAMES.test(file.name) && !TYPES.test(file.type)) {
    return "is not a picture that can be read. Use JPEG, PNG, GIF, WebP, AVIF, TIFF, BMP or HEIC.";
  }
  if (!file.size) return "is empty.";
  if (file.size > maxBytes) return `has ${bytesInWords(file.size)}; the limit is ${bytesInWords(maxBytes)}.`;
  return "";
};
