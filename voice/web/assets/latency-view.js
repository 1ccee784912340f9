/** A turn's voice-to-voice time: the total, a bar of its stages, and the stages in words when opened. */

import { element } from "./element.js";
import { stageText } from "./wording.js";

export function latencyView({ totalMs, stages }) {
  const bar = element("span", { class: "stages", "aria-hidden": "true" });
  const sum = stages.reduce((total, { ms }) => total + ms, 0) || 1;
  for (const { name, ms } of stages) {
    const part = element("span", { class: "stage", "data-stage": name });
    part.style.flexGrow = String(ms / sum);
    bar.append(part);
  }
  const total = element("span", { class: "latency-total" }, `${Math.round(totalMs)} ms`);
  const summary = element("summary", {}, "answered in ", total, stages.length > 0 ? bar : "");
  return element("details", { class: "latency" }, summary, stageList(stages));
}

function stageList(stages) {
  const list = element("dl", { class: "stage-list" });
  for (const { name, ms } of stages) {
    list.append(
      element("dt", { "data-stage": name }, stageText(name)),
      element("dd", {}, `${ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms`),
    );
  }
  return list;
}
