// The line that says why the numbers stand still.
import { clock } from "./zone.js";

/** @returns {{fresh: () => void, trouble: (error: ?Error) => void}} */
export const troubleLine = () => {
  const line = document.querySelector("[data-trouble]");
  let freshAt = null;
  return {
    fresh: () => {
      freshAt = new Date();
    },
    trouble: (error) => {
      if (error?.status === 404) location.reload(); // it was deleted: the server says so in words
      line.hidden = error === null;
      line.textContent = error ? `${error.message} ${freshAt ? `These are the numbers of ${clock(freshAt)}. ` : ""}Trying again …` : "";
    },
  };
};
