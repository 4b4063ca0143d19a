"""The page that the preview shows."""

from __future__ import annotations


def page_html(nonce: str) -> str:
    """The whole page; its one style and one script carry ``nonce``, nothing else in it may run."""
    return _PAGE.replace("NONCE", nonce)


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>MaskWatch</title>
<style nonce="NONCE">
  body { margin: 0; background: #111; color: #ddd; font: 16px system-ui, sans-serif; }
  main { display: flex; flex-direction: column; align-items: center; gap: 10px; padding: 10px; }
  img { max-width: 100%; max-height: calc(100vh - 80px); min-height: 40px; background: #000; }
  button { font: inherit; padding: 6px 16px; margin: 0 6px; }
  [hidden] { display: none; }
</style>
</head>
<body>
<main>
  <img src="stream" alt="What the camera or file shows, with the faces found">
  <div id="buttons">
    <button id="next" hidden>Next image (space)</button>
    <button id="stop">Stop (q)</button>
  </div>
  <p id="ended" role="status" hidden>The run has ended. You can close this page.</p>
</main>
<script nonce="NONCE">
  const press = (name) => fetch(name, { method: "POST" }).catch(() => ended());
  const ended = () => {
    document.getElementById("ended").hidden = false;
    document.getElementById("buttons").hidden = true;
    clearInterval(timer);
  };
  const look = async () => {
    try {
      const state = await (await fetch("state")).text();
      document.getElementById("next").hidden = state !== "waiting";
    } catch { ended(); }
  };
  const timer = setInterval(look, 700);
  document.getElementById("stop").onclick = () => press("stop");
  document.getElementById("next").onclick = () => press("next");
  document.addEventListener("keydown", (event) => {
    if (event.key === "q" || event.key === "Escape") press("stop");
    else if ([" ", "Enter", "ArrowRight"].includes(event.key)) { event.preventDefault(); press("next"); }
  });
</script>
</body>
</html>
"""
