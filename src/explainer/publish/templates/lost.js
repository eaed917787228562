// This page stands at addresses of any depth: the lessons are in the nearest folder above that has their list.
(async () => {
  const home = document.getElementById("home");
  const depth = location.pathname.split("/").length - 1;
  for (let up = 1; up <= Math.min(depth, 12); up++) {
    const folder = location.pathname.split("/").slice(0, depth + 1 - up).join("/") + "/";
    const answer = await fetch(`${folder}search.json`, { method: "HEAD" }).catch(() => null);
    if (!answer?.ok) continue;
    home.href = folder;
    home.hidden = false;
    return;
  }
})();
