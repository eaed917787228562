/** Measurements that tests take in a page, as `probe.*`. They change nothing. */
globalThis.probe = (() => {
  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });

  /** A name by which a person finds an element again. */
  function nameOf(element) {
    const words = [];
    for (let node = element; node && node !== document.body && words.length < 4; node = node.parentElement) {
      const id = node.id ? `#${node.id.replace(/^x\d+-/, "")}` : "";
      const kinds = [...node.classList].slice(0, 2).map((name) => `.${name}`).join("");
      words.unshift(`${node.tagName.toLowerCase()}${id}${id ? "" : kinds}`);
    }
    return words.join(" > ");
  }

  const box = (rect) => [rect.left, rect.top, rect.right, rect.bottom];

  /** What every part of a plate looks like now: place in the picture -> pose, class, strength, text. */
  function picture(root) {
    const parts = {};
    [...root.querySelectorAll(".plate *")].forEach((part, i) => {
      const leaf = part.childElementCount === 0 ? part.textContent : "";
      const look = ["transform", "class", "opacity", "display", "visibility", "width"].map((name) => part.getAttribute(name) ?? "");
      const curve = part.closest(".traces") ? part.getAttribute("d") : "";
      parts[`${i} ${nameOf(part)}`] = [...look, curve, leaf].join("|");
    });
    return parts;
  }

  /** Where the controls stand. */
  function values(root) {
    return [...root.querySelectorAll(".controls input")].map((input) => (input.type === "radio" ? input.checked : input.value));
  }

  /** Everything that must stand still while a scene is paused. */
  function still(root) {
    const rest = [".clock", ".pace", ".phase-name", ".words", ".now"].map((s) => root.querySelector(s).textContent);
    const cursors = [...root.querySelectorAll(".chart-cursor")].map((cursor) => cursor.style.transform);
    return { ...picture(root), rest, cursors, scrub: root.querySelector(".scrub").value };
  }

  /** Whether what a prediction is about is hidden: every chart and every readout of what is computed. */
  function veiled(root) {
    const told = [...root.querySelectorAll(".chart-plot, .chart-cursor, .plate .computed")];
    return told.length > 0 && told.every((part) => getComputedStyle(part).visibility === "hidden");
  }

  /** The drawn lines and areas of each chart that shows. */
  function charts(root) {
    return [...root.querySelectorAll(".chart-plot")].filter((plot) => plot.checkVisibility()).map((plot) =>
      [...plot.querySelectorAll(".scatterlayer path")].map((path) => path.getAttribute("d")).join(" "));
  }

  /** Pieces of text that can be seen, each with its size on the screen in px. */
  function texts(root) {
    const found = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent.trim();
      const holder = walker.currentNode.parentElement;
      if (!text || holder.closest("script, style, option, .unseen, noscript") || !seen(holder)) continue;
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      const rect = range.getBoundingClientRect();
      if (rect.width < 1 || rect.height < 1 || rect.right <= 0) continue;
      found.push({ text: text.slice(0, 60), where: nameOf(holder), size: sizeOf(holder), box: box(rect) });
    }
    for (const select of root.querySelectorAll("select")) {
      if (seen(select)) found.push({ text: select.value, where: nameOf(select), size: sizeOf(select), box: box(select.getBoundingClientRect()) });
    }
    return found;
  }

  /** Font size after every scale that lies between the text and the screen. */
  function sizeOf(element) {
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (element.ownerSVGElement) {
      const m = element.getScreenCTM();
      return size * Math.sqrt(Math.abs(m.a * m.d - m.b * m.c));
    }
    const [laid, drawn] = [element.offsetWidth, element.getBoundingClientRect().width];
    return laid && Math.abs(laid - drawn) > 1 ? (size * drawn) / laid : size; // laid widths are whole px
  }

  const pen = document.createElement("canvas").getContext("2d");

  /** Where the ink of a line of SVG text is: a line box also holds room for letters that are not there. */
  function ink(text) {
    const rect = text.getBoundingClientRect();
    const m = text.getScreenCTM();
    const last = text.getNumberOfChars() - 1;
    const start = text.getStartPositionOfChar(0);
    if (Math.abs(m.b) > 1e-6 || Math.abs(text.getStartPositionOfChar(last).y - start.y) > 0.01) return box(rect);
    const style = getComputedStyle(text);
    pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const { actualBoundingBoxAscent: up, actualBoundingBoxDescent: down } = pen.measureText(text.textContent);
    const baseline = m.d * start.y + m.f;
    return [rect.left, baseline - up * m.d, rect.right, baseline + down * m.d];
  }

  /** Texts of the plates and charts with their boxes, and the box of the picture they belong to. */
  function labels(root) {
    return [...root.querySelectorAll("svg text")].filter((text) => seen(text) && text.textContent.trim()).map((text) => {
      let svg = text.ownerSVGElement;
      while (svg.ownerSVGElement) svg = svg.ownerSVGElement;
      const frame = svg.closest(".chart-plot") ?? svg;
      return { text: text.textContent.trim(), where: nameOf(text), box: ink(text),
        frame: box(frame.getBoundingClientRect()), picture: [...document.querySelectorAll(".plate, .chart-plot")].indexOf(frame) };
    }).filter(({ box: [left, top, right, bottom] }) => right - left > 1 && bottom - top > 1);
  }

  /** Elements whose text does not fit into them. */
  function clipped(root, selector) {
    return [...root.querySelectorAll(selector)].filter(seen).flatMap((element) => {
      const tooWide = element.scrollWidth > element.clientWidth && getComputedStyle(element).display !== "inline";
      const tooHigh = element.scrollHeight > element.clientHeight + 1 && getComputedStyle(element).display !== "inline";
      if (!tooWide && !tooHigh) return [];
      return [`${nameOf(element)} “${element.textContent.trim().slice(0, 50)}”: ${element.scrollWidth}×${element.scrollHeight} in ${element.clientWidth}×${element.clientHeight}`];
    });
  }

  /** What Tab should stop at, in the order of the page; a group of radio buttons is one stop. */
  function stops(root) {
    const groups = new Set();
    return [...root.querySelectorAll("button, input, select, textarea, summary, a[href], [tabindex]")].filter((element) => {
      if (element.disabled || element.tabIndex < 0 || !seen(element)) return false;
      if (element.type !== "radio") return true;
      if (groups.has(element.name)) return false;
      return groups.add(element.name);
    }).map(stop);
  }

  /** One stop, named: its role on the page and its words. */
  function stop(element) {
    if (!element) return "nothing";
    const label = element.type === "radio" ? element.closest("fieldset").querySelector("legend").textContent
      : element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent;
    return `${element.tagName.toLowerCase()} ${label.trim().slice(0, 60)}`;
  }

  /** Counts calls of requestAnimationFrame from now on. */
  function countFrames() {
    const counter = { calls: 0 };
    const ask = globalThis.requestAnimationFrame;
    globalThis.requestAnimationFrame = (act) => {
      counter.calls += 1;
      return ask(act);
    };
    return counter;
  }

  return { picture, values, still, veiled, charts, texts, labels, clipped, stops, stop, countFrames };
})();
