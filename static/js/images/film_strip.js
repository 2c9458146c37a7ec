// The film strip: a button for each picture, the chosen one pressed; arrow keys go along it.

import { element } from "../element.js";

/**
 * @param {HTMLUListElement} list whose last item adds pictures
 * @param {(id: string) => void} choose
 */
export const createFilmStrip = ({ list, choose }) => {
  const adder = list.lastElementChild;
  const films = new Map();

  const film = ({ id, name }) => {
    const image = element("img", { alt: "", width: 88, height: 66, draggable: "false", hidden: true });
    const button = element(
      "button",
      { class: "film skeleton", type: "button", title: name, "aria-pressed": "false", onclick: () => choose(id) },
      image,
      element("span", { class: "visually-hidden" }, name),
    );
    const item = element("li", {}, button);
    films.set(id, item);
    adder.before(item);
    return item;
  };

  const fill = (item, { status, thumbnail_url: url }, isChosen, isAside) => {
    const button = item.firstElementChild;
    const image = button.firstElementChild;
    const isReady = status === "SUCCEEDED";
    if (isReady && !image.src) image.src = url;
    image.hidden = !isReady;
    button.classList.toggle("skeleton", !isReady);
    button.classList.toggle("film--aside", isAside);
    button.disabled = !isReady;
    if (isChosen && button.getAttribute("aria-pressed") !== "true") {
      list.scrollTo({ left: item.offsetLeft - list.offsetLeft - list.clientWidth / 2 + item.clientWidth / 2 });
    }
    button.setAttribute("aria-pressed", String(isChosen));
  };

  list.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const buttons = [...list.querySelectorAll("button.film:not(:disabled)")];
    const next = buttons[buttons.indexOf(document.activeElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.click();
  });

  /** Show these pictures; `aside` holds the ids of those that are only laid over others. */
  return (pictures, chosenId, aside) => {
    const ids = new Set(pictures.map(({ id }) => id));
    for (const [id, item] of films) {
      if (ids.has(id)) continue;
      item.remove();
      films.delete(id);
    }
    for (const picture of pictures) {
      fill(films.get(picture.id) ?? film(picture), picture, picture.id === chosenId, aside.has(picture.id));
    }
  };
};
