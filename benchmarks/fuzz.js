/** Runs in every page that is used at random, before anything of the page itself. */
(() => {
  if (window !== window.top) return;
  const fuzz = (window.fuzz = { told: [], refuses: false });

  addEventListener("securitypolicyviolation", (event) => fuzz.told.push(`forbidden by the policy: ${event.violatedDirective} ${event.blockedURI}`));

  /** Links are clicked and not followed: the page under test would be gone. */
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (link && !link.getAttribute("href").startsWith("#")) event.preventDefault();
  }, { capture: true });

  /** Full screen as a browser refuses it, where the reader's window does not allow it. */
  const allowed = Element.prototype.requestFullscreen;
  Element.prototype.requestFullscreen = function (...given) {
    return fuzz.refuses ? Promise.reject(new TypeError("Permissions check failed")) : allowed.apply(this, given);
  };

  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && element.getClientRects().length > 0;

  /** Bring one of the elements that can be seen into view, by its share of the list; gives its box, or null where there is none. */
  fuzz.find = (selector, share) => {
    const open = document.querySelector("dialog[open]");
    const found = [...(open ?? document).querySelectorAll(selector)].filter((element) => seen(element) && !element.disabled);
    const one = found[Math.floor(share * found.length)];
    if (!one) return null;
    one.scrollIntoView({ block: "nearest", behavior: "instant" });
    const { x, y, width, height } = one.getBoundingClientRect();
    return { x, y, width, height };
  };

  /** A value of a list that drops down: its menu is drawn outside the page, where no script can close it. */
  fuzz.choose = (selector, share, option) => {
    const lists = [...document.querySelectorAll(selector)].filter(seen);
    const one = lists[Math.floor(share * lists.length)];
    if (!one) return;
    one.selectedIndex = Math.floor(option * one.options.length);
    one.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const BAD = /\b(NaN|undefined|Infinity|\[object )/;
  /** What is wrong with the page as it shows itself now. */
  fuzz.wrong = (thorough) => {
    const wrong = fuzz.told.splice(0);
    for (const box of document.querySelectorAll(".explainer-error, .failed, .output.error")) if (seen(box)) wrong.push(`shown: ${box.textContent.slice(0, 200)}`);
    for (const scene of document.querySelectorAll(".explainer")) {
      const bad = (thorough ? scene.outerHTML : scene.textContent).match(new RegExp(`.{0,80}${BAD.source}.{0,80}`));
      if (bad) wrong.push(`no number, in “${scene.querySelector(".title")?.textContent}”: ${bad[0]}`);
    }
    return wrong;
  };

  /** Leave what keeps the page to itself. */
  fuzz.close = async () => {
    if (document.fullscreenElement) await document.exitFullscreen();
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  };

  /** Bring back what a reset leaves as it is: the look, the film's speed, the chart that shows; a reset is to follow. */
  fuzz.rest = (nth) => {
    const scene = document.querySelectorAll(".explainer")[nth];
    if (scene.dataset.theme === "projector") [...scene.querySelectorAll(".tools button")].find((button) => button.textContent === "Projector").click();
    const speed = scene.querySelector("select");
    speed.selectedIndex = [...speed.options].findIndex((option) => option.defaultSelected);
    speed.dispatchEvent(new Event("change", { bubbles: true }));
    for (const deck of scene.querySelectorAll("fieldset.tabs")) deck.querySelector("input").click();
    scene.focus({ preventScroll: true });
  };

  /** Show every chart of a scene, one by one, and open its lists; gives how many steps its story has. */
  fuzz.open = async (nth) => {
    const scene = document.querySelectorAll(".explainer")[nth];
    scene.scrollIntoView({ behavior: "instant" });
    for (const tab of [...scene.querySelectorAll("fieldset.tabs input")].reverse()) {
      tab.click();
      await new Promise((go) => setTimeout(go, 300));
    }
    for (const list of document.querySelectorAll("details")) list.open = true;
    return Number(scene.querySelector(".counter")?.textContent.match(/\d+(?=\D*$)/)?.[0] ?? 12);
  };

  /** What a scene shows of its setting, to compare after a reset. */
  fuzz.setting = (nth) => {
    const scene = document.querySelectorAll(".explainer")[nth];
    const controls = [...scene.querySelectorAll(".controls input")].map((input) => (input.type === "radio" ? input.checked : Number(input.value).toFixed(6)));
    const text = [".words", ".now", ".clock", ".story .counter, .counter"].map((part) => scene.querySelector(part)?.textContent ?? "");
    return [...controls, ...text, scene.querySelector(".scrub").value];
  };
})();
