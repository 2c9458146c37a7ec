// A button with data-copy="ID" copies the text of that element and says so.

const SAYS_SO_MS = 2000;

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  const label = button.querySelector("[data-copy-label]") ?? button;
  const words = (button.dataset.copyWords ??= label.textContent);
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    label.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(source); // no clipboard outside https: leave it ready for Ctrl-C
    label.textContent = "Press Ctrl-C";
  }
  setTimeout(() => (label.textContent = words), SAYS_SO_MS);
});
