// Drawing on a picture: strokes of a colour, taken back one by one, sent as a new photo.

import { sendFile } from "./actions.js";
import { dialog } from "./dialog.js";
import { el, iconButton } from "./dom.js";

const COLOURS = [["Red", "#e53935"], ["Orange", "#fb8c00"], ["Yellow", "#fdd835"], ["Green", "#43a047"], ["Blue", "#1e88e5"], ["Violet", "#8e24aa"], ["Black", "#111111"], ["White", "#ffffff"]];
const WIDTHS = [["Thin", 0.008], ["Medium", 0.018], ["Thick", 0.04], ["Very thick", 0.09]];
const QUALITY = 0.92;

/** Opens the picture at an address to be drawn upon; it is sent as the answer to a message, if there is one. */
export async function doodle(address, replyTo) {
  const image = el("img", { src: address });
  await image.decode();
  const canvas = el("canvas", { class: "doodle", width: image.naturalWidth, height: image.naturalHeight, role: "img", "aria-label": "The picture. Draw with the mouse or a finger." });
  const strokes = [];
  const pen = { colour: COLOURS[0][1], width: WIDTHS[2][1] };
  const undo = iconButton("undo", "Take the last stroke back", () => {
    strokes.pop();
    paint(canvas, image, strokes);
    undo.disabled = strokes.length === 0;
  });
  undo.disabled = true;
  const caption = el("input", { type: "text", maxlength: "1024", dir: "auto", autocomplete: "off", placeholder: "Caption", "aria-label": "Caption" });
  draw(canvas, image, strokes, pen, () => { undo.disabled = false; });
  paint(canvas, image, strokes);
  const box = dialog({
    title: "Draw on the photo",
    body: [canvas, el("div", { class: "doodle-tools" }, colours(pen), widths(pen), undo), caption],
    action: "Send",
    onsubmit: () => canvas.toBlob((drawn) => sendFile(new File([drawn], "drawing.jpg", { type: "image/jpeg" }), "photo", {
      ...(replyTo === null ? {} : { reply_to: replyTo }), fields: caption.value.trim() ? { caption: caption.value.trim() } : {},
    }), "image/jpeg", QUALITY),
  });
  box.classList.add("wide");
}

function colours(pen) {
  return el("fieldset", { class: "swatches" }, el("legend", { class: "unseen" }, "Colour"), COLOURS.map(([name, colour], number) => {
    const choice = el("input", { type: "radio", name: "colour", checked: number === 0, "aria-label": name, title: name, onchange: () => { pen.colour = colour; } });
    choice.style.setProperty("--swatch", colour);
    return choice;
  }));
}

function widths(pen) {
  return el("select", { "aria-label": "Thickness", onchange: (event) => { pen.width = Number(event.target.value); } },
    WIDTHS.map(([name, width]) => el("option", { value: String(width), selected: width === pen.width }, name)));
}

function draw(canvas, image, strokes, pen, onstroke) {
  let stroke = null;
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * canvas.width, ((event.clientY - box.top) / box.height) * canvas.height];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    stroke = { ...pen, points: [at(event)] };
    strokes.push(stroke);
    paint(canvas, image, strokes);
    onstroke();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    stroke.points.push(at(event));
    paint(canvas, image, strokes);
  });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { stroke = null; });
}

function paint(canvas, image, strokes) {
  const pencil = canvas.getContext("2d");
  pencil.drawImage(image, 0, 0);
  pencil.lineCap = "round";
  pencil.lineJoin = "round";
  for (const { colour, width, points } of strokes) {
    pencil.strokeStyle = colour;
    pencil.lineWidth = width * Math.max(canvas.width, canvas.height);
    pencil.beginPath();
    pencil.moveTo(...points[0]);
    for (const point of points.length > 1 ? points.slice(1) : points) pencil.lineTo(...point);
    pencil.stroke();
  }
}
