/** Every visible text whose contrast with what lies behind it is below 4.5 (WCAG 2.2, 1.4.3), as "class ratio". */
() => {
  const parse = (color) => {
    const numbers = (color.match(/[\d.]+(?!\d*b)/g) || []).map(Number);
    return color.startsWith("color(") ? numbers.map((share, i) => (i < 3 ? share * 255 : share)) : numbers;
  };
  const over = (top, under) => top.slice(0, 3).map((c, i) => c * (top[3] ?? 1) + under[i] * (1 - (top[3] ?? 1)));
  const luminance = (rgb) => rgb.map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    const chain = [];
    for (let at = node; at; at = at.parentElement) chain.push(parse(getComputedStyle(at).backgroundColor));
    return chain.reverse().reduce((under, top) => (top.length ? over(top, under) : under), [255, 255, 255]);
  };
  const poor = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.checkVisibility() || node.closest(":disabled, .heard-only, .speaker, .skip, svg, script")) continue;
    const ground = behind(node);
    const [a, b] = [luminance(over(parse(getComputedStyle(node).color), ground)), luminance(ground)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${node.className || node.tagName} ${ratio.toFixed(2)}`);
  }
  return poor;
}
