/** For the page of a change: follows the reader's choice of light or dark, and any width. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--soft:#56606b;--line:#d5dae0;--card:#f6f8fa;--link:#0a58ca;--rw:#a40e26;--rwbg:#ffe3e6;--w:#8a4600;--wbg:#fff0dc;--s:#3d4a5c;--sbg:#e8edf3}
@media (prefers-color-scheme:dark){:root{--bg:#12161b;--fg:#e6eaef;--soft:#a3adb8;--line:#343c46;--card:#1b2129;--link:#7db4ff;--rw:#ffb3bb;--rwbg:#4d1820;--w:#ffcf94;--wbg:#452c0d;--s:#c3cedb;--sbg:#2a333f}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:64rem;padding:1.5rem 1rem 4rem;background:var(--bg);color:var(--fg);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.7rem;line-height:1.25;margin:.2rem 0}h2{font-size:1.3rem;margin:2.4rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}h3{font-size:1.08rem;margin:1.6rem 0 .4rem}h4{font-size:1rem;margin:1.1rem 0 .3rem}
a{color:var(--link)}:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-999px}.skip:focus{left:1rem;top:.5rem;background:var(--bg);padding:.5rem}
.lead,.note{color:var(--soft)}nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;padding:0;list-style:none}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.88em}
pre{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.7rem .9rem;overflow-x:auto;white-space:pre;overflow-wrap:normal}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:6px;background:var(--card);margin:.5rem 0}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem .7rem;border-bottom:1px solid var(--line);overflow-wrap:normal}td:first-child{overflow-wrap:anywhere;min-width:11rem}
.risk{display:inline-block;border:1.5px solid currentColor;border-radius:4px;padding:0 .45rem;font-weight:600;font-size:.85em;white-space:nowrap}
.critical,.high,.error{color:var(--rw)}.medium,.warning{color:var(--w)}.low,.none,.info{color:var(--s)}
.card{border:1px solid var(--line);border-left:4px solid;border-radius:6px;padding:.6rem .9rem;margin:.7rem 0}.card p{margin:.35rem 0;color:var(--fg)}.card .advice{white-space:pre-line;color:var(--soft)}
.deploy{border:1px dashed var(--fg);border-radius:6px;padding:.5rem .9rem;margin:.8rem 0}
.timeline{display:block}.timeline text{font-size:11.5px;fill:var(--fg)}.timeline .head,.timeline .name{font-weight:600;font-size:12.5px}.timeline .sub{fill:var(--soft)}.timeline .grid{stroke:var(--line)}
.bar rect{stroke-width:1.5}.bar.readsAndWrites rect{fill:var(--rwbg);stroke:var(--rw)}.bar.writes rect{fill:var(--wbg);stroke:var(--w);stroke-dasharray:7 3}.bar.schemaChanges rect{fill:var(--sbg);stroke:var(--s);stroke-dasharray:2 3}
.check{list-style:none;padding:0}.check li{margin:.35rem 0}.check label{display:flex;gap:.6rem;align-items:baseline}.check input{width:1.05rem;height:1.05rem;flex:none}
@media (max-width:40rem){.summary thead{position:absolute;left:-999px}.summary tr{display:block;border-bottom:1px solid var(--line);padding:.4rem 0}.summary td{display:block;border:0;padding:.15rem .7rem}.summary td:last-child::before{content:"findings: "}}
@media print{nav,.skip{display:none}body{max-width:none}}
`.trim();
