// toast("Saved.") says a line in the corner, read out politely; level is success, info, warning or error. With
// {label, action} it has a button for what may be done about it, and stays longer.

const STAYS_MS = 6000;
const STAYS_WITH_ACTION_MS = 12_000;

export const toast = (text, level = "success", { label, action } = {}) => {
  const line = document.createElement("div");
  line.className = `alert alert--${level}`;
  line.append(Object.assign(document.createElement("p"), { className: "alert__text", textContent: text }));
  if (action) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button button--small toast__action", textContent: label });
    button.addEventListener("click", () => {
      line.remove();
      action();
    });
    line.append(button);
  }
  document.getElementById("toasts").append(line);
  setTimeout(() => line.remove(), action ? STAYS_WITH_ACTION_MS : STAYS_MS);
};
