"""Looks at a report in Chromium, through its DevTools protocol over a pipe; prints a line for each view.

Usage: check-report.py PAGE FOLDER [--record | --shots OTHER-FOLDER]
PAGE is an HTML file, FOLDER holds the recorded pictures. CHROMIUM names the program.
"""

import base64
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from PIL import Image, ImageChops, ImageFilter

VIEWS = [  # name, width, scheme, medium
    ("desk-light", 1280, "light", "screen"),
    ("desk-dark", 1280, "dark", "screen"),
    ("phone-light", 390, "light", "screen"),
    ("phone-dark", 390, "dark", "screen"),
    ("print", 794, "light", "print"),
]
# Pictures are kept at an eighth of their size: enough to see what moved, and too coarse for the fonts' smoothing.
SCALE, TILE = 8, 8
# A tile differs where its mean is off by more than so many of 255 levels; so many tiles may.
LEVELS, SHARE = 16, 0.02

# What the page says about itself, as rendered.
LOOK = """(() => {
  const wide = [...document.querySelectorAll('body *')].filter(e => e.checkVisibility()
    && !e.closest('.scroll, svg, .skip') && e.getBoundingClientRect().right > innerWidth + 1);
  const luminance = c => { const l = c.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2]; };
  const rgb = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
  const faint = [];
  for (const e of document.querySelectorAll('h1,h2,h3,h4,p,li,td,th,a,summary,caption,figcaption,svg text')) {
    if (!e.checkVisibility()) continue;
    const style = getComputedStyle(e), ink = rgb(e.closest('svg') ? style.fill : style.color).slice(0, 3);
    const [a, b] = [luminance(ink), luminance(ground(e))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (!(contrast >= 4.5)) faint.push(`${contrast.toFixed(2)}: ${e.textContent.slice(0, 40)}`);
  }
  const outside = [...document.querySelectorAll('svg')].filter(s => s.checkVisibility()).flatMap(s => {
    const box = s.viewBox.baseVal;
    return [...s.querySelectorAll('text')].filter(t => { const b = t.getBBox();
      return b.x < -2 || b.x + b.width > box.width + 2 || b.y + b.height > box.height + 2; })
      .map(t => t.textContent.slice(0, 60));
  });
  return {height: document.documentElement.scrollHeight, sideways: document.documentElement.scrollWidth - innerWidth,
    wide: wide.slice(0, 3).map(e => e.tagName + ' ' + e.textContent.slice(0, 40)), faint: faint.slice(0, 5),
    outside: outside.slice(0, 5), shift: window.shift || 0,
    images: [...document.querySelectorAll('svg')].filter(s => s.checkVisibility()).length};
})()"""

SHIFT = """new PerformanceObserver(list => { for (const entry of list.getEntries())
  window.shift = (window.shift || 0) + entry.value; }).observe({type: 'layout-shift', buffered: true});"""


class Browser:
    """Chromium with its DevTools protocol on file descriptors 3 and 4: JSON, each message ended by a zero byte."""

    def __init__(self, profile):
        (theirs_in, ours_out), (ours_in, theirs_out) = os.pipe(), os.pipe()

        def attach():
            # Both may lie on 3 and 4 already.
            read, write = os.dup(theirs_in), os.dup(theirs_out)
            os.dup2(read, 3)
            os.dup2(write, 4)
            for end in (3, 4):
                os.set_inheritable(end, True)

        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe",
                   "--disable-lcd-text", "--font-render-hinting=none", f"--user-data-dir={profile}", "about:blank"]
        self.process = subprocess.Popen([os.environ["CHROMIUM"], *options], preexec_fn=attach, close_fds=False,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)
        self.output, self.input = ours_out, os.fdopen(ours_in, "rb")
        self.count, self.rest, self.events, self.session = 0, b"", [], None
        targets = self("Target.getTargets")["targetInfos"]
        page = next(target for target in targets if target["type"] == "page")
        self.session = self("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]

    def __call__(self, method, **parameters):
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.output, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def wait(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.read())

    def read(self):
        while b"\0" not in self.rest:
            part = self.input.read1(1 << 20)
            if not part:
                raise SystemExit("Chromium ended by itself")
            self.rest += part
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def value(self, expression):
        return self("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def close(self):
        self("Browser.close")
        self.process.wait(30)


def messages(events):
    """What went to the console, or would have."""
    said = []
    for event in events:
        parameters = event.get("params", {})
        if event.get("method") == "Runtime.consoleAPICalled":
            said.append(" ".join(str(part.get("value", part.get("description"))) for part in parameters["args"]))
        elif event.get("method") == "Runtime.exceptionThrown":
            said.append(parameters["exceptionDetails"]["text"])
        elif event.get("method") == "Log.entryAdded":
            said.append(parameters["entry"]["text"])
    return said


def look(browser, page, width, scheme, medium):
    browser.events.clear()
    for domain in ("Page", "Runtime", "Log", "Accessibility"):
        browser(f"{domain}.enable")
    browser("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500)
    browser("Emulation.setEmulatedMedia", media=medium,
            features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser("Page.addScriptToEvaluateOnNewDocument", source=SHIFT)
    browser("Page.navigate", url=page.as_uri())
    browser.wait("Page.loadEventFired")
    seen = browser.value(LOOK)
    nodes = browser("Accessibility.getFullAXTree")["nodes"]
    images = [node for node in nodes if node.get("role", {}).get("value") in ("image", "img") and not node["ignored"]]
    seen["nameless"] = sum(not node.get("name", {}).get("value") for node in images)
    seen["told"] = len(images)
    clip = {"x": 0, "y": 0, "width": width, "height": seen["height"], "scale": 1}
    shot = browser("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)["data"]
    return seen, messages(browser.events), Image.open(io.BytesIO(base64.b64decode(shot))).convert("RGB")


def problems(seen, said):
    found = [f"console: {line}" for line in said]
    found += [f"contrast {line}" for line in seen["faint"]]
    found += [f"out of its image: {line}" for line in seen["outside"]]
    found += [f"wider than the page: {line}" for line in seen["wide"]]
    if seen["sideways"] > 0:
        found.append(f"scrolls sideways by {seen['sideways']} pixels")
    if seen["shift"] > 0.01:
        found.append(f"the layout shifts by {seen['shift']:.3f}")
    if seen["nameless"] or seen["told"] < seen["images"] or not seen["images"]:
        found.append(f"{seen['nameless']} images without a name, {seen['told']} of {seen['images']} told")
    return found


def small(picture):
    return picture.resize((picture.width // SCALE, picture.height // SCALE), Image.Resampling.BOX)


def difference(picture, recorded):
    """Share of the tiles that look different; 1 where the heights differ by more than a fiftieth."""
    if abs(picture.height - recorded.height) > max(4, recorded.height // 50) or picture.width != recorded.width:
        return 1
    size = (picture.width, min(picture.height, recorded.height))
    pair = [image.crop((0, 0, *size)).filter(ImageFilter.BoxBlur(1)) for image in (picture, recorded)]
    delta = ImageChops.difference(*pair).convert("L")
    tiles = delta.resize((size[0] // TILE, size[1] // TILE), Image.Resampling.BOX).tobytes()
    return sum(tile > LEVELS for tile in tiles) / len(tiles)


def main():
    page, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    mode = sys.argv[3] if len(sys.argv) > 3 else ""
    failed = False
    with tempfile.TemporaryDirectory() as profile:
        browser = Browser(profile)
        for name, width, scheme, medium in VIEWS:
            seen, said, picture = look(browser, page, width, scheme, medium)
            found, file = problems(seen, said), folder / f"{name}.png"
            if mode == "--shots":
                picture.save(pathlib.Path(sys.argv[4]) / f"{name}.png")
            elif mode == "--record":
                folder.mkdir(parents=True, exist_ok=True)
                small(picture).quantize(64, dither=Image.Dither.NONE).save(file, optimize=True)
            else:
                share = difference(small(picture), Image.open(file).convert("RGB"))
                if share > SHARE:
                    found.append(f"{share:.1%} of the picture differ from {file}; look, then --record")
            failed |= bool(found)
            print(f"{name}: {width} × {seen['height']}, {seen['images']} images: {'; '.join(found) or 'fine'}")
        browser.close()
    sys.exit(failed)


main()
