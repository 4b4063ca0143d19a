"""The page that the preview of a watch shows."""

from __future__ import annotations

from maskwatch.detections import MaskState
from maskwatch.styles import STYLES, ink


def watch_html(nonce: str) -> str:
    """The whole page; its one style and one script carry ``nonce``, nothing else in it may run."""
    colours = "\n".join(
        f"  .{state.name} {{ background: rgb{STYLES[state].colour}; color: rgb{ink(STYLES[state].colour)}; }}"
        for state in MaskState
    )
    return _PAGE.replace("NONCE", nonce).replace("COLOURS", colours)


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>MaskWatch</title>
<style nonce="NONCE">
  body { margin: 0; background: #111; color: #ddd; font: 15px system-ui, sans-serif; }
  main { padding: 10px; display: flex; flex-direction: column; align-items: center; gap: 10px; }
  #images { position: relative; display: inline-block; min-width: 40%; min-height: 60px; background: #000; }
  #images img { display: block; max-width: 100%; max-height: calc(100vh - 150px); }
  #names { position: absolute; inset: 0; display: grid; grid-auto-rows: 1fr; pointer-events: none; }
  #names > div { position: relative; border: 1px solid #222; }
  #names span { position: absolute; left: 6px; top: 6px; padding: 1px 8px; border-radius: 4px; background: #000a; }
  #names .off span { background: #a00c; }
  table { border-collapse: collapse; }
  th, td { padding: 3px 12px; text-align: right; font-variant-numeric: tabular-nums; }
  th { font-weight: normal; opacity: .7; }
  th:first-child, th:nth-child(2), td:first-child, td:nth-child(2) { text-align: left; }
  b { font-weight: 600; padding: 1px 8px; border-radius: 4px; } b.none { background: none; color: #888; }
COLOURS
  button { font: inherit; padding: 6px 16px; }
  [hidden] { display: none; }
</style>
</head>
<body>
<main>
  <div id="images">
    <img src="stream" alt="What the cameras see, with the faces found">
    <div id="names"></div>
  </div>
  <table>
    <thead><tr><th>camera</th><th>state</th><th>mask</th><th>incorrect</th><th>no mask</th>
      <th>people so far</th><th>images/s</th><th>age</th><th>dropped</th></tr></thead>
    <tbody id="stats"></tbody>
  </table>
  <button id="stop">Stop watching (q)</button>
  <p id="ended" role="status" hidden>The watch has ended. You can close this page.</p>
</main>
<script nonce="NONCE">
  const states = ["with_mask", "worn_incorrectly", "without_mask"];
  const make = (tag, text, look) => {
    const made = document.createElement(tag);
    made.textContent = text;
    if (look) made.className = look;
    return made;
  };
  const ended = () => {
    document.getElementById("ended").hidden = false;
    document.getElementById("stop").hidden = true;
    clearInterval(timer);
  };
  const row = (one) => {
    const line = make("tr", "");
    line.append(make("td", one.camera), make("td", one.state));
    line.title = one.reason;
    for (const state of states) {
      const cell = make("td", "");
      cell.append(make("b", one.now[state], one.now[state] ? state : "none"));
      line.append(cell);
    }
    const people = states.reduce((sum, state) => sum + one.people[state], 0);
    const age = one.processed ? Math.round(one.age_p50_s * 1000) + " ms" : "-";
    for (const text of [people, one.fps.toFixed(1), age, one.dropped]) line.append(make("td", text));
    return line;
  };
  const label = (one) => {
    const live = one.state === "live";
    const cell = make("div", "", live ? "" : "off");
    cell.append(make("span", live ? one.camera : one.camera + ": " + one.state));
    return cell;
  };
  const look = async () => {
    try {
      const found = await (await fetch("stats")).json();
      const names = document.getElementById("names");
      names.style.gridTemplateColumns = "repeat(" + found.columns + ", 1fr)";
      names.replaceChildren(...found.cameras.map(label));
      document.getElementById("stats").replaceChildren(...found.cameras.map(row));
    } catch { ended(); }
  };
  const stop = () => fetch("stop", { method: "POST" }).catch(ended);
  const timer = setInterval(look, 500);
  look();
  document.getElementById("stop").onclick = stop;
  document.addEventListener("keydown", (event) => { if (event.key === "q") stop(); });
</script>
</body>
</html>
"""
