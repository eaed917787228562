// A page opened from disk may not load modules or data beside it; its single-file twin needs none.
if (location.protocol === "file:") {
  const page = location.pathname.split("/").pop() || "index.html";
  location.replace(document.documentElement.dataset.fromDisk + page + location.hash);
}
