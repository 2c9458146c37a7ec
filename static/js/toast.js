// toast("Saved.") says a line in the corner, read out politely; level is success, info, warning or error.

const STAYS_MS = 6000;

export const toast = (text, level = "success") => {
  const line = document.createElement("div");
  line.className = `alert alert--${level}`;
  line.append(Object.assign(document.createElement("p"), { className: "alert__text", textContent: text }));
  document.getElementById("toasts").append(line);
  setTimeout(() => line.remove(), STAYS_MS);
};
