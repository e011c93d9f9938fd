// Just enough of a browser for the page of a Deep Zoom picture: node browser.js page.html < steps
// Steps are lines of JSON: [event, fields], ["resize", width, height] or ["missing"]. After each of
// them a line of JSON says what the page shows.
"use strict";
const fs = require("fs"), vm = require("vm");
const page = fs.readFileSync(process.argv[2], "utf8");
const listeners = {}, frames = [];
let drawn = [], missing = false;

const listen = (name, run, how) => (listeners[name] ||= []).push({ run, once: how?.once });
const pen = {
  setTransform() {}, save() {}, restore() {}, beginPath() {}, rect() {}, clip() {},
  clearRect() { drawn = []; },
  drawImage(image, ...box) { drawn.push({ name: image.name, box }); },
};
const canvas = {
  clientWidth: 600, clientHeight: 400, width: 300, height: 150,
  getContext: () => pen, setPointerCapture() {}, addEventListener: listen,
};
const help = { className: "", textContent: "" };
class Image {
  set src(name) {
    [this.name, this.complete, this.naturalWidth, this.naturalHeight] = [name, true, 18, 18];
    frames.push(missing ? () => this.onerror() : () => this.onload());
  }
}
const data = page.match(/id="about">([^]*?)<\/script>/)[1];
const context = vm.createContext({
  Image, Map, JSON, devicePixelRatio: 2,
  document: {
    getElementById: () => ({ textContent: data }),
    querySelector: name => ({ canvas, p: help })[name],
  },
  addEventListener: listen, requestAnimationFrame: run => frames.push(run),
});

function settle() {
  while (frames.length) frames.shift()();
  const state = vm.runInContext("({ x, y, scale })", context);
  console.log(JSON.stringify({ ...state, drawn, help, width: canvas.width }));
}

vm.runInContext(page.match(/<script>([^]*?)<\/script>/)[1], context);
settle();
for (const line of fs.readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const [name, fields, height] = JSON.parse(line);
  if (name === "missing") missing = true;
  if (name === "resize") [canvas.clientWidth, canvas.clientHeight] = [fields, height];
  for (const listener of listeners[name] || []) {
    if (!listener.gone) listener.run({ ...fields, preventDefault() {} });
    listener.gone = listener.once;
  }
  settle();
}
