// What plays now, on the home page: asked again while the page is visible. Without a script, it is as the page was loaded.

const EVERY = 15000; // milliseconds between two questions

function show(section, playing) {
  const song = section.querySelector("[data-song]");
  const bar = section.querySelector("progress");
  song.textContent = playing.name;
  section.querySelector("[data-by]").textContent = playing.artists.join(", ");
  section.querySelector("[data-paused]").hidden = playing.is_playing;
  bar.hidden = !playing.duration_ms;
  bar.max = playing.duration_ms || 1;
  bar.value = playing.progress_ms;
}

async function look(section) {
  try {
    const answer = document.hidden ? null : await fetch(section.dataset.now, { headers: { Accept: "application/json" } });
    if (answer) {
      const playing = answer.status === 200 ? await answer.json() : null;
      if (playing) show(section, playing);
      section.hidden = !playing;
    }
  } catch {
    // the service is being restarted, or the network is away: look again
  }
  setTimeout(look, EVERY, section);
}

const section = document.querySelector("[data-now]");
if (section) setTimeout(look, section.hidden ? 0 : EVERY, section);
