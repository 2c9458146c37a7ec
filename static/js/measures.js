// Numbers as a person reads them.

const UNITS = ["KB", "MB", "GB", "TB"];

/** 1536 → "1.5 KB" (1 KB is 1024 bytes, as in Django's filesizeformat). */
export const bytesInWords = (bytes) => {
  if (bytes < 1024) return counted(bytes, "byte");
  const power = Math.min(UNITS.length, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1)} ${UNITS[power - 1]}`;
};

/** 200 → "3 min 20 s". */
export const secondsInWords = (seconds) => {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

/** (1, "file") → "1 file"; (3, "file") → "3 files". */
export const counted = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
