// What the page knows: its element, whose drive it is, and which folder it shows.

export const page = document.getElementById("drive");

export const API = "/api/v1/drive";

export const section = page.dataset.drive;
export const user = page.dataset.user;
export const username = page.dataset.username;

/** The folder that is shown, or undefined on a page that lies across folders. */
export const folder = page.dataset.folder && { id: page.dataset.folder, name: page.dataset.folderName };

export const canEdit = "canEdit" in page.dataset;

/** Whether rows name the folders that they lie in. */
export const showsPaths = () => "search" in page.dataset;

/** Have a line read out. */
export const say = (words) => (page.querySelector("[data-said]").textContent = words);
