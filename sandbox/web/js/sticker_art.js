// The built-in stickers: one speech bubble with many faces, drawn where they are needed.

export const SIDE = 512;

const INK = "#22314d";

/** What each one shows: the emoji it stands for, its name, and its face. */
export const STICKERS = [
  ["👋", "Hello", (pen) => { eyes(pen); smile(pen); hand(pen); }],
  ["😂", "Laughing", (pen) => { shutEyes(pen); laugh(pen); drop(pen, 128, 236); drop(pen, 384, 236); }],
  ["😍", "In love", (pen) => { heart(pen, 180, 208, 46); heart(pen, 332, 208, 46); smile(pen); }],
  ["🤔", "Thinking", (pen) => { eyes(pen, 14, -12); line(pen, [[206, 312], [306, 296]]); line(pen, [[286, 138], [352, 124]]); }],
  ["😢", "Sad", (pen) => { eyes(pen); arc(pen, 256, 352, 54, 1.15, 1.85); drop(pen, 350, 262); }],
  ["😮", "Surprised", (pen) => { eyes(pen, 0, 0, 30); dot(pen, 256, 316, 36, INK); }],
  ["👍", "Good", (pen) => { wink(pen); smile(pen); thumb(pen); }],
  ["🎉", "Party", (pen) => { shutEyes(pen); laugh(pen); hat(pen); confetti(pen); }],
];

/** Draws one into a canvas of any size. */
export function drawSticker(canvas, face) {
  const pen = canvas.getContext("2d");
  pen.save();
  pen.scale(canvas.width / SIDE, canvas.height / SIDE);
  pen.clearRect(0, 0, SIDE, SIDE);
  pen.lineCap = "round";
  pen.lineJoin = "round";
  bubble(pen);
  face(pen);
  pen.restore();
}

function bubble(pen) {
  const body = new Path2D();
  body.roundRect(56, 56, 400, 352, 150);
  const tail = new Path2D("M140 370L112 476L260 398Z");
  const shades = pen.createLinearGradient(0, 56, 0, 440);
  shades.addColorStop(0, "#a9c8ff");
  shades.addColorStop(1, "#6f9bf5");
  pen.lineWidth = 36;
  pen.strokeStyle = "#ffffff";
  pen.fillStyle = shades;
  for (const part of [body, tail]) pen.stroke(part);
  for (const part of [body, tail]) pen.fill(part);
}

function dot(pen, x, y, radius, colour) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fillStyle = colour;
  pen.fill();
}

function line(pen, points, width = 18, colour = INK) {
  pen.beginPath();
  pen.moveTo(...points[0]);
  for (const point of points.slice(1)) pen.lineTo(...point);
  pen.lineWidth = width;
  pen.strokeStyle = colour;
  pen.stroke();
}

/** From and to in half turns. */
function arc(pen, x, y, radius, from, to) {
  pen.beginPath();
  pen.arc(x, y, radius, from * Math.PI, to * Math.PI);
  pen.lineWidth = 18;
  pen.strokeStyle = INK;
  pen.stroke();
}

function eyes(pen, across = 0, down = 0, radius = 24) {
  for (const x of [186, 326]) {
    dot(pen, x + across, 210 + down, radius, INK);
    dot(pen, x + across + radius / 3, 202 + down, radius / 3, "#ffffff");
  }
}

function shutEyes(pen) {
  for (const x of [182, 330]) line(pen, [[x - 28, 224], [x, 196], [x + 28, 224]]);
}

function wink(pen) {
  dot(pen, 186, 210, 24, INK);
  line(pen, [[300, 212], [352, 206]]);
}

const smile = (pen) => arc(pen, 256, 262, 66, 0.15, 0.85);

function laugh(pen) {
  pen.beginPath();
  pen.moveTo(184, 280);
  pen.quadraticCurveTo(256, 300, 328, 280);
  pen.quadraticCurveTo(320, 372, 256, 374);
  pen.quadraticCurveTo(192, 372, 184, 280);
  pen.fillStyle = INK;
  pen.fill();
  dot(pen, 256, 352, 24, "#ff7d7d");
}

function drop(pen, x, y) {
  pen.beginPath();
  pen.moveTo(x, y - 34);
  pen.quadraticCurveTo(x + 34, y + 10, x, y + 26);
  pen.quadraticCurveTo(x - 34, y + 10, x, y - 34);
  pen.fillStyle = "#e4f4ff";
  pen.fill();
}

function heart(pen, x, y, size) {
  pen.beginPath();
  pen.moveTo(x, y + size * 0.8);
  pen.bezierCurveTo(x - size * 1.5, y - size * 0.2, x - size * 0.6, y - size * 1.1, x, y - size * 0.4);
  pen.bezierCurveTo(x + size * 0.6, y - size * 1.1, x + size * 1.5, y - size * 0.2, x, y + size * 0.8);
  pen.fillStyle = "#ef4565";
  pen.fill();
}

function hand(pen) {
  for (const [x, y] of [[396, 60], [436, 52], [470, 76]]) line(pen, [[432, 150], [x, y]], 32, "#ffffff");
  dot(pen, 432, 150, 46, "#ffffff");
  for (const [x, y] of [[396, 60], [436, 52], [470, 76]]) line(pen, [[432, 150], [x, y]], 20, "#ffcf70");
  dot(pen, 432, 150, 36, "#ffcf70");
}

function thumb(pen) {
  line(pen, [[404, 402], [404, 330]], 62, "#ffffff");
  line(pen, [[404, 396], [456, 396]], 84, "#ffffff");
  line(pen, [[404, 402], [404, 330]], 40, "#ffcf70");
  line(pen, [[404, 396], [456, 396]], 62, "#ffcf70");
}

function hat(pen) {
  pen.beginPath();
  pen.moveTo(256, 4);
  pen.lineTo(326, 112);
  pen.lineTo(186, 112);
  pen.closePath();
  pen.lineWidth = 22;
  pen.strokeStyle = "#ffffff";
  pen.stroke();
  pen.fillStyle = "#ef4565";
  pen.fill();
  line(pen, [[214, 96], [298, 96]], 14, "#ffd166");
}

function confetti(pen) {
  const colours = ["#ef4565", "#ffd166", "#43c59e", "#8e6cff"];
  for (const [number, [x, y]] of [[40, 70], [90, 24], [430, 30], [474, 90], [30, 300], [486, 300], [470, 410], [60, 420]].entries()) {
    dot(pen, x, y, 22, "#ffffff");
    dot(pen, x, y, 14, colours[number % colours.length]);
  }
}
