// What allauth's scripts do with passkeys, in words: why there are none here, and why it did not work.

const WHY = {
  NotAllowedError: "That was cancelled, or it took too long. Try again when you are ready.",
  InvalidStateError: "This device is registered already.",
  NotSupportedError: "This device cannot do that. Try another one.",
  SecurityError: "Passkeys do not work at this address. Open the site by its name, over https.",
};

const say = (text) => {
  for (const line of document.querySelectorAll("[data-passkey-says]")) {
    line.textContent = text;
    line.hidden = !text;
  }
};

if (!globalThis.PublicKeyCredential) {
  for (const button of document.querySelectorAll("[data-passkey]")) button.disabled = true;
  say(isSecureContext ? "This browser has no passkeys." : "Passkeys need https, or the address localhost.");
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-passkey]")) say("");
});

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const { exception } = event.detail;
  say(WHY[exception.name] ?? "That did not work. Check your connection, and try again.");
});
