// Says when this page is no longer what stands on it. Nothing here is needed for acting.
const news = document.getElementById("news");
const fingerprint = async () => {
  const answer = await fetch(location.pathname + location.search, { method: "HEAD", cache: "no-store" });
  return answer.headers.get("x-page-mark");
};
let known = null;
const look = async () => {
  if (document.hidden || !news.hidden) return;
  try {
    const now = await fingerprint();
    if (known === null) known = now;
    else if (now !== known) news.hidden = false;
  } catch {
    // The GitHub was stopped; the page stays as it is.
  }
};
if (news) {
  look();
  setInterval(look, 2500);
}
// One open menu at a time, and none after a click elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
