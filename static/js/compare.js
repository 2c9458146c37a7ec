// Before and after: the range input of each .compare moves its split.

const move = (range) => range.closest(".compare").style.setProperty("--split", `${range.value}%`);

document.addEventListener("input", (event) => {
  if (event.target.matches(".compare__range")) move(event.target);
});

// A browser may restore the value after a reload.
for (const range of document.querySelectorAll(".compare__range")) move(range);
