// Small builders of DOM nodes.

const SVG = "http://www.w3.org/2000/svg";

/**
 * element("button", { type: "button", class: "button", onclick: save }, "Save", icon("check"))
 * An attribute that is null, undefined or false is left out; a function is a listener; children may be null.
 */
export const element = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};

/** A drawing from the sprite whose address stands in the page's [data-icons]. */
export const icon = (name) => {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${document.querySelector("[data-icons]").dataset.icons}#${name}`);
  svg.setAttribute("class", `icon icon--${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
};
