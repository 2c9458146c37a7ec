// The menu of a row: on a right click, or with its "…" button. Its buttons are those of [data-item-menu].

const MARGIN = 8;

const menu = document.querySelector("[data-item-menu]");

/** Show it with its corner at this place of the window, or as near as it fits. */
export const openMenu = ({ x, y }, { isByKeyboard = false } = {}) => {
  menu.showPopover();
  const { offsetWidth: width, offsetHeight: height } = menu;
  menu.style.left = `${Math.max(MARGIN, Math.min(x, innerWidth - width - MARGIN))}px`;
  menu.style.top = `${Math.max(MARGIN, Math.min(y, innerHeight - height - MARGIN))}px`;
  if (isByKeyboard) buttons()[0]?.focus();
};

export const closeMenu = () => menu.matches(":popover-open") && menu.hidePopover();

const buttons = () => [...menu.querySelectorAll("button:not([hidden])")];

menu.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = buttons();
  all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
});
