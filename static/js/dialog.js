// A button with data-dialog="ID" opens that <dialog>; <form method="dialog"> closes it.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog).showModal();
  else if (event.target.matches("dialog")) event.target.close(); // a click on the backdrop
});
