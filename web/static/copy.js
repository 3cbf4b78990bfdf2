// Copies what stands in a box, such as a secret that is shown once. Without a script, a click selects all of it.
async function copied(box) {
  if (navigator.clipboard) return navigator.clipboard.writeText(box.textContent);
  getSelection().selectAllChildren(box); // browsers hide the clipboard from pages without HTTPS
  if (!document.execCommand("copy")) throw new Error("The browser does not let pages copy.");
}

for (const part of document.querySelectorAll(".copyable")) {
  const [box, said] = [part.querySelector("pre"), part.querySelector("[aria-live]")];
  part.querySelector(".acts").hidden = false;
  part.querySelector("button").addEventListener("click", async () => {
    said.textContent = "";
    try {
      await copied(box);
      said.textContent = said.dataset.copied;
    } catch {
      getSelection().selectAllChildren(box); // ready for the reader's own keys
    }
  });
}
