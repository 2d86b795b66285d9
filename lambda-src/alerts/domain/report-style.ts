/** The page's style: light and dark as the reader has it, and paper. No file, font or picture of anybody else. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--paper:#fff;--ink:#16191f;--soft:#545b64;--line:#d5dbdb;--tint:#f4f6f8;--bad:#b3261e;--good:#1b6e3c;--warn:#8a5300;--bar:#c9d1d9}
@media (prefers-color-scheme:dark){:root{--paper:#101418;--ink:#e6e9ec;--soft:#a3acb5;--line:#333c45;--tint:#1a2027;--bad:#ff8a80;--good:#6fd08c;--warn:#f0b35b;--bar:#3b4650}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
main,header,footer{max-width:68rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2rem}
h1{font-size:1.6rem;line-height:1.25;margin:0}
h2{font-size:1.15rem;margin:2.2rem 0 .6rem}
p{margin:.3rem 0}
.soft,caption,footer{color:var(--soft)}
.bad{color:var(--bad);font-weight:600}.good{color:var(--good);font-weight:600}.warn{color:var(--warn);font-weight:600}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.8rem;margin:1.4rem 0 0;padding:0}
.figures div{border:1px solid var(--line);border-radius:.5rem;background:var(--tint);padding:.8rem 1rem}
dt{color:var(--soft);font-size:.85rem}
dd{margin:0}
dd.figure{font-size:1.7rem;line-height:1.25;font-weight:650;font-variant-numeric:tabular-nums}
dd.figure.words{font-size:1.05rem;padding:.35rem 0}
dd.note{font-size:.85rem}
.share{display:block;width:100%;height:.7rem;margin:1rem 0 .3rem}
.share .all{fill:var(--bad)}.share .part{fill:var(--good)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;min-width:44rem;font-size:.92rem}
caption{text-align:left;padding:0 0 .4rem;font-size:.85rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .9rem .4rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere;unicode-bidi:isolate}
thead th{color:var(--soft);font-weight:600;font-size:.82rem;border-bottom-width:2px;overflow-wrap:normal}
thead td{border-bottom-width:2px}
tbody th{font-weight:600}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums;overflow-wrap:normal}
.t{white-space:nowrap}
td small,th small{display:block;color:var(--soft);font-size:.82rem;font-weight:400}
.long th:first-child{width:42%}
.bar{display:block;width:100%;min-width:5rem;height:.55rem;margin-top:.45rem}
.bar .all{fill:var(--bar)}.bar .part{fill:var(--bad)}
footer{margin-top:2.5rem;padding-top:1rem;padding-bottom:2rem;border-top:1px solid var(--line);font-size:.85rem}
@media print{
:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#444;--line:#999;--tint:#fff;--bad:#900;--good:#064;--warn:#640;--bar:#ccc}
@page{margin:15mm}
html{font-size:10pt}
body{font-size:9.5pt}
main,header,footer{max-width:none;padding-left:0;padding-right:0}
header{padding-top:0}
.scroll{overflow:visible}
table{min-width:0}
.figures{grid-template-columns:repeat(4,1fr)}
h2,caption{break-after:avoid}
.long th:first-child{width:34%}
thead{display:table-header-group}
tr,.figures div{break-inside:avoid}
svg{print-color-adjust:exact}
}
`.replace(/\n/g, '');
