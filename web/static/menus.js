// Closes an open menu on Escape, and on a click outside of it. Without a script, its summary and other menus close it.
const open = () => document.querySelector("details.menu[open]");

document.addEventListener("keydown", (event) => {
  const menu = open();
  if (event.key !== "Escape" || event.isComposing || !menu) return;
  if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  menu.open = false;
});
document.addEventListener("click", (event) => {
  const menu = open();
  if (menu && !menu.contains(event.target)) menu.open = false;
});
