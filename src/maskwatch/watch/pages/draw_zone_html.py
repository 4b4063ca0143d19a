"""The page on which a zone is drawn."""

from __future__ import annotations


def zone_html(nonce: str) -> str:
    """The whole page; its one style and one script carry ``nonce``, nothing else in it may run."""
    return _PAGE.replace("NONCE", nonce)


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>MaskWatch: draw a zone</title>
<style nonce="NONCE">
  body { margin: 0; background: #111; color: #ddd; font: 15px system-ui, sans-serif; }
  main { display: flex; flex-direction: column; align-items: center; gap: 10px; padding: 10px; }
  #image { position: relative; display: inline-block; min-height: 40px; background: #000; touch-action: none; }
  img { display: block; max-width: 100%; max-height: calc(100vh - 260px); user-select: none; }
  svg { position: absolute; inset: 0; width: 100%; height: 100%; cursor: crosshair; }
  polygon { vector-effect: non-scaling-stroke; }
  #old polygon { fill: #fff1; stroke: #fff8; stroke-width: 2; stroke-dasharray: 6 5; }
  #new { fill: #ffc40040; stroke: #ffc400; stroke-width: 3; }
  .corner { position: absolute; width: 16px; height: 16px; margin: -10px 0 0 -10px; border-radius: 50%;
    background: #ffc400; border: 2px solid #111; cursor: grab; }
  .tag { position: absolute; background: #000a; padding: 1px 6px; border-radius: 4px; pointer-events: none; }
  button, input { font: inherit; padding: 6px 14px; }
  input { width: 12em; }
  pre { background: #000; padding: 8px 14px; border-radius: 6px; user-select: all; margin: 0; max-width: 95vw;
    overflow-x: auto; }
  #problem { color: #ff9d9d; min-height: 1.3em; margin: 0; }
</style>
</head>
<body>
<main>
  <div id="image">
    <img src="stream" alt="One image of the camera" draggable="false">
    <svg viewBox="0 0 1 1" preserveAspectRatio="none"><g id="old"></g><polygon id="new"></polygon></svg>
  </div>
  <div>Click corners in turn; drag one to move it. A face is in the zone when its centre is.</div>
  <div>
    <label>Name <input id="name" value="zone" maxlength="64"></label>
    <button id="undo">Undo (Backspace)</button>
    <button id="clear">Clear</button>
    <button id="done">Done</button>
    <button id="stop">Cancel</button>
  </div>
  <p id="problem" role="status"></p>
  <pre id="lines"></pre>
</main>
<script nonce="NONCE">
  const at = (id) => document.getElementById(id);
  const round = (value) => Number(value.toFixed(4));
  let corners = [], camera = { name: "camera", zones: [] };
  const share = (event) => {
    const box = at("image").getBoundingClientRect();
    const inside = (value) => Math.min(1, Math.max(0, value));
    const x = (event.clientX - box.left) / box.width, y = (event.clientY - box.top) / box.height;
    return [round(inside(x)), round(inside(y))];
  };
  const tag = (text, [x, y]) => {
    const made = document.createElement("span");
    made.className = "tag";
    made.textContent = text;
    made.style.left = 100 * x + "%";
    made.style.top = 100 * y + "%";
    at("image").append(made);
  };
  const handle = (corner, index) => {
    const made = document.createElement("div");
    made.className = "corner";
    made.style.left = 100 * corner[0] + "%";
    made.style.top = 100 * corner[1] + "%";
    made.onpointerdown = (event) => {
      event.stopPropagation();
      const move = (moved) => { corners[index] = share(moved); show(); };
      window.addEventListener("pointermove", move);
      window.addEventListener("pointerup", () => window.removeEventListener("pointermove", move), { once: true });
    };
    return made;
  };
  const show = () => {
    at("new").setAttribute("points", corners.map((corner) => corner.join(",")).join(" "));
    at("image").querySelectorAll(".corner").forEach((old) => old.remove());
    at("image").append(...corners.map(handle));
    const list = corners.map(([x, y]) => "[" + x + ", " + y + "]").join(", ");
    at("lines").textContent = "cameras:\\n  - name: " + camera.name + "\\n    zones:\\n      - name: "
      + at("name").value + "\\n        polygon: [" + list + "]";
    at("done").disabled = corners.length < 3;
  };
  const end = (text) => {
    document.querySelectorAll("button, input").forEach((one) => { one.disabled = true; });
    at("problem").textContent = text;
  };
  const undo = () => { corners.pop(); show(); };
  document.querySelector("svg").onpointerdown = (event) => { corners.push(share(event)); show(); };
  at("undo").onclick = undo;
  at("clear").onclick = () => { corners = []; show(); };
  at("name").oninput = show;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Backspace" && event.target !== at("name")) undo();
  });
  at("done").onclick = async () => {
    await fetch("zone", { method: "POST", body: JSON.stringify({ name: at("name").value, polygon: corners }) });
    const problem = await (await fetch("problem")).text();
    if (problem) at("problem").textContent = problem;
    else end("Done: the lines below are in the terminal too. You can close this page.");
  };
  at("stop").onclick = async () => {
    await fetch("stop", { method: "POST" });
    end("Cancelled. You can close this page.");
  };
  fetch("camera").then((found) => found.json()).then((found) => {
    camera = found;
    for (const zone of camera.zones) {
      const made = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
      made.setAttribute("points", zone.polygon.map((corner) => corner.join(",")).join(" "));
      at("old").append(made);
      tag(zone.name, zone.polygon[0]);
    }
    show();
  });
</script>
</body>
</html>
"""
