// Draws each figure[data-chart] with uPlot in place of the server's picture: the same data, with the values under the pointer. Without script the picture stays.
(() => {
  "use strict";
  const colour = (i) => getComputedStyle(document.documentElement).getPropertyValue(`--chart-${(i % 6) + 1}`).trim();
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const HEIGHT = 260;

  function draw(figure) {
    if (figure.classList.contains("drawn") || !window.uPlot) return;
    const chart = JSON.parse(figure.dataset.chart);
    const number = new Intl.NumberFormat(chart.culture, { minimumFractionDigits: chart.digits, maximumFractionDigits: chart.digits });
    const place = document.createElement("div");
    place.className = "plot";
    place.setAttribute("aria-hidden", "true"); // The table below says the same in words.
    figure.prepend(place);
    const x = chart.labels.map((_, i) => i);
    const columns = chart.series.filter((s) => s.form === "Columns").length;
    const crossed = columns > 0 && columns < chart.series.length; // The tokens are those of the server's picture.
    const fill = (s, i) => (s.form === "Dashed" ? token("--ink") : s.form === "Columns" && crossed && i === 0 ? token("--bar") : colour(i));
    let column = 0;
    const series = chart.series.map((s, i) => {
      const one = {
        label: s.name, stroke: fill(s, i), width: s.form === "Columns" ? 0 : 2, points: { show: false },
        value: (_, v) => (v == null ? "–" : number.format(v)),
      };
      if (s.form === "Columns") {
        const at = column++;
        one.fill = fill(s, i);
        one.paths = uPlot.paths.bars({ size: [0.76 / columns, 60], align: columns === 1 ? 0 : at < columns / 2 ? -1 : 1, radius: 0.1 });
      }
      if (s.form === "Dashed") one.dash = [5, 4];
      return one;
    });
    const axis = { stroke: token("--quiet"), grid: { stroke: token("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
    const plot = new uPlot({
      width: figure.clientWidth || 600, height: HEIGHT, cursor: { drag: { x: false, y: false } },
      scales: { x: { time: false, range: [-0.5, x.length - 0.5] }, y: { range: (_, __, max) => [0, max > 0 ? max * 1.06 : 1] } },
      axes: [
        { ...axis, grid: { show: false }, size: 34, space: 66, incrs: [1, 2, 3, 5, 7, 10, 14, 30, 60, 90, 180, 365], values: (_, splits) => splits.map((i) => chart.labels[i] ?? "") },
        { ...axis, size: 60, values: (_, splits) => splits.map((v) => number.format(v)) },
      ],
      legend: { markers: { dash: (_, i) => (chart.series[i - 1]?.form === "Dashed" ? "dashed" : "solid") } },
      series: [{ label: chart.along, value: (_, i) => chart.labels[i] ?? "" }, ...series],
    }, [x, ...chart.series.map((s) => s.values)], place);
    const linked = chart.series.find((s) => s.links);
    if (linked) {
      // As the server's picture: a column leads to what it counts. The table below has the same links for the keyboard.
      const under = () => linked.links[plot.cursor.idx] ?? null;
      plot.over.addEventListener("mousemove", () => plot.over.classList.toggle("leads", under() !== null));
      plot.over.addEventListener("click", () => { if (under()) location.assign(under()); });
    }
    figure.classList.add("drawn");
    new ResizeObserver(() => plot.setSize({ width: figure.clientWidth || 600, height: HEIGHT })).observe(figure);
  }

  const all = (root) => root.querySelectorAll("figure[data-chart]").forEach(draw);
  document.addEventListener("DOMContentLoaded", () => all(document));
  document.addEventListener("htmx:afterSettle", (e) => all(e.target));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    document.querySelectorAll("figure.drawn").forEach((f) => { f.classList.remove("drawn"); f.querySelector(".plot").remove(); draw(f); });
  });
})();
