/** The search box: finds words in all lessons, in a list that was written with the pages. */

const SHOWN = 20;
const LONGEST = 200; // letters of a query that are heeded
const MOST = 8; // words of a query that are heeded
const WORD = /[\p{L}\p{N}]+/gu;
const WORTH = { title: 8, heading: 4, text: 1 };

/** A word as it is compared: without case, accents and typographic variants. */
export const fold = (word) => word.normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase();

/** Words of a text with their places in it. */
const wordsOf = (text) => [...text.matchAll(WORD)].map(({ 0: word, index }) => ({ word: fold(word), from: index, to: index + word.length }));

/** The words that are looked for; none where there is no letter or digit. */
export const asked = (query) => [...new Set(wordsOf(query.slice(0, LONGEST)).map(({ word }) => word))].slice(0, MOST);

/** Lessons as they were written, with the words of each place. */
export function prepared(lessons) {
  return lessons.flatMap(({ title, href, parts }) => {
    const titled = wordsOf(title);
    return parts.map(([heading, anchor, text], nth) => ({
      title, heading, text, first: nth === 0,
      href: anchor ? `${href}#${encodeURIComponent(anchor)}` : href,
      words: { title: titled, heading: wordsOf(heading), text: wordsOf(text) },
    }));
  });
}

/** Places that hold all words, each as the beginning of one of theirs: those in titles first, then in headings. */
export function find(places, query) {
  const wanted = asked(query);
  if (!wanted.length) return [];
  const scored = [];
  for (const place of places) {
    let [score, own] = [0, place.first];
    for (const word of wanted) {
      let best = 0;
      for (const [name, full] of Object.entries(WORTH)) {
        const worth = name === "title" && !place.first ? 0 : full; // a lesson's title is found once
        const hit = place.words[name].reduce((most, one) => (one.word === word ? 2 : one.word.startsWith(word) ? Math.max(most, 1) : most), 0);
        if (hit && name !== "title") own = true;
        best = Math.max(best, hit && worth * 2 + hit);
      }
      score = best ? score + best : -Infinity;
    }
    if (own && score > 0) scored.push({ ...place, score });
  }
  return scored.sort((a, b) => b.score - a.score);
}

/** A piece of a text around the first word that is asked for: `[text, whether it is a hit]`, in order. */
export function snippet({ text, words }, wanted, room = 170) {
  const hits = words.text.filter(({ word }) => wanted.some((one) => word.startsWith(one)));
  const from = hits.length && hits[0].from > 60 ? words.text.find((word) => word.from >= hits[0].from - 60).from : 0;
  const last = words.text.findLast((word) => word.to <= from + room);
  const to = !last || text.length <= from + room ? Math.min(text.length, from + room) : last.to;
  const pieces = [[from ? "… " : "", false]];
  let at = from;
  for (const hit of hits.filter((one) => one.from >= from && one.to <= to)) {
    pieces.push([text.slice(at, hit.from), false], [text.slice(hit.from, hit.to), true]);
    at = hit.to;
  }
  pieces.push([text.slice(at, to) + (to < text.length ? " …" : ""), false]);
  return pieces.filter(([piece]) => piece);
}

/** An element with attributes and children, texts as texts. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** One place that was found, as a link. */
function shown(place, wanted) {
  const pieces = snippet(place, wanted).map(([text, hit]) => (hit ? make("mark", {}, text) : text));
  const where = place.heading && place.heading !== place.title ? [make("small", {}, place.title), place.heading] : [place.title];
  return make("li", {}, make("a", { href: place.href }, make("strong", {}, ...where), make("span", {}, ...pieces)));
}

/** `<explainer-search index>`: a box and, while it holds words, the places that have them. */
class ExplainerSearch extends HTMLElement {
  #places = null;

  connectedCallback() {
    if (this.firstChild) return;
    const box = make("input", { type: "search", id: "search", maxlength: LONGEST, placeholder: "Search the lessons", autocomplete: "off", spellcheck: "false", "aria-controls": "found" });
    const count = make("p", { role: "status" });
    const list = make("ol");
    const found = make("div", { id: "found", class: "found" }, list);
    found.hidden = true;
    this.append(make("search", {}, make("label", { for: "search", class: "unseen" }, "Search the lessons"), box, count, found));
    found.prepend(count);
    const links = () => [...list.querySelectorAll("a")];
    const show = async () => {
      const query = box.value;
      const wanted = asked(query);
      found.hidden = !wanted.length;
      if (!wanted.length) return;
      try {
        this.#places ??= this.#load();
        const places = await this.#places;
        if (query !== box.value) return;
        const all = find(places, query);
        const kinds = new Set(all.map(({ title }) => title)).size;
        const lessons = `in ${kinds} ${kinds === 1 ? "lesson" : "lessons"}`;
        count.textContent = !all.length ? "No place has all of these words."
          : `${all.length} ${all.length === 1 ? "place" : "places"} ${lessons}${all.length > SHOWN ? `; the first ${SHOWN} are shown` : ""}.`;
        list.replaceChildren(...all.slice(0, SHOWN).map((place) => shown(place, wanted)));
      } catch (error) {
        this.#places = null;
        list.replaceChildren();
        count.textContent = `The search could not be loaded (${error.message}). “All lessons” lists them; or reload the page.`;
      }
    };
    const close = () => (found.hidden = true);
    box.addEventListener("input", show);
    box.addEventListener("focus", show);
    this.addEventListener("focusout", ({ relatedTarget }) => this.contains(relatedTarget) || close());
    list.addEventListener("click", close); // it may lead to a place of this page
    this.addEventListener("keydown", (event) => {
      const all = links();
      const at = all.indexOf(document.activeElement);
      const to = { ArrowDown: Math.min(at + 1, all.length - 1), ArrowUp: at - 1, Home: at < 0 ? null : 0, End: at < 0 ? null : all.length - 1 }[event.key];
      if (event.key === "Escape" && !found.hidden) {
        box.focus();
        close();
      } else if (event.key === "Enter" && event.target === box) {
        if (!found.hidden) all[0]?.click();
      } else if (to != null && all.length && !found.hidden) {
        (all[to] ?? box).focus();
      } else return;
      event.preventDefault();
    });
  }

  async #load() {
    const address = this.getAttribute("index");
    const held = address.startsWith("#") && document.querySelector(address);
    if (held) return prepared(JSON.parse(held.textContent));
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${answer.status}`);
    return prepared(await answer.json());
  }
}

customElements.define("explainer-search", ExplainerSearch);
