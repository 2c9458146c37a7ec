// Reads the numbers out, but not more often than a person can listen to.

const EVERY_MS = 30_000;

/** @returns {(text: string, isAsked: boolean) => void} `isAsked`: a person chose something, so say it at once */
export const announcer = (line) => {
  let saidAt = Date.now(); // what a page shows when it opens is read anyway
  return (text, isAsked) => {
    if (!isAsked && Date.now() - saidAt < EVERY_MS) return;
    saidAt = Date.now();
    line.textContent = text;
  };
};
