/** The player on a blank page, with a stand-in for the model that anywidget would give it. */
globalThis.harness = {
  async load(text) {
    const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    globalThis.player = await import(address);
    URL.revokeObjectURL(address);
  },

  bytes: (base64) => new DataView(player.fromBase64(base64).buffer),

  model({ first, rest }) {
    const traits = { ...first, surface: harness.bytes(first.surface), others: rest.others.map(harness.bytes) };
    const heard = new Map();
    return {
      get: (name) => traits[name],
      set(name, value) {
        if (traits[name] === value) return;
        traits[name] = value;
        for (const act of [...(heard.get(`change:${name}`) ?? [])]) act();
      },
      on: (event, act) => heard.set(event, [...(heard.get(event) ?? []), act]),
      off: (event, act) => heard.set(event, (heard.get(event) ?? []).filter((other) => other !== act)),
      save_changes() {},
      send() {},
      listening: () => [...heard.values()].flat().length,
    };
  },

  /** Draw a published scene at the end of the page; gives `{ el, model, remove }`. */
  mount(published) {
    const el = document.createElement("div");
    document.body.append(el);
    const model = harness.model(published);
    const undo = player.default.render({ model, el });
    return { el, model, remove: () => { undo(); el.remove(); } };
  },

  until: async (holds, ms = 10000) => {
    const end = performance.now() + ms;
    while (!holds()) {
      if (performance.now() > end) throw new Error(`still not so after ${ms} ms: ${holds}`);
      await new Promise((go) => setTimeout(go, 20));
    }
  },

  floats: (array) => btoa(String.fromCharCode(...new Uint8Array(Float32Array.from(array).buffer))),
};
