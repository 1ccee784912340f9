/** Builds a DOM element: `element("p", {class: "small"}, "text", child)`. Text is always text, never markup. */
export function element(tag, attributes = {}, ...children) {
  const built = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) built.setAttribute(name, value === true ? "" : value);
  }
  built.append(...children.filter((child) => child !== null && child !== ""));
  return built;
}
