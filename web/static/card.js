// Offers a recap's pictures as PNG: programs for messages take no SVG. The browser draws them, with the reader's own fonts.
const MIME = "image/png";

async function png(address) {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
  canvas.getContext("2d").drawImage(picture, 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The picture could not be drawn."))), MIME);
  });
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// Phones share the file itself; others, and people who decline, are left with the download.
async function offer(blob, name) {
  const file = new File([blob], name, { type: MIME });
  if (navigator.maxTouchPoints && navigator.canShare?.({ files: [file] })) await navigator.share({ files: [file] });
  else save(blob, name);
}

for (const link of document.querySelectorAll("a[data-picture]")) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    try {
      await offer(await png(link.href), link.download.replace(/\.svg$/, ".png"));
    } catch (error) {
      if (error.name !== "AbortError") location.assign(link.href); // the SVG itself
    }
  });
}
