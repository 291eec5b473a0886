/// How pages and plots look; the program's own text alone.
enum StyleSheet {
  /// Colours for both schemes, plots, and pages around them.
  case colours, plots, pages

  var text: String {
    switch self {
    case .colours: Self.schemes
    case .plots: Self.plot
    case .pages: Self.page
    }
  }

  private static let schemes =
    "svg,:root{color-scheme:light dark;\(Palette.light.properties)}"
    + "@media(prefers-color-scheme:dark){svg,:root{\(Palette.dark.properties)}}"

  private static let plot = """
    svg{font:12px system-ui,'Liberation Sans',Arial,sans-serif}
    svg text{fill:var(--ink)}svg .tick{fill:var(--muted)}svg .value,svg .group{font-weight:600}
    svg .value{font-size:11.5px}
    .grid,.lane,.roof,.limit,.range,.line,.change{fill:none}
    .grid{stroke:var(--rule);stroke-width:.6}.lane{stroke:var(--rule);stroke-width:1}
    .roof{stroke:var(--muted);stroke-width:1.6}.limit{stroke:var(--muted);stroke-width:2.5}
    .range{stroke-width:5;opacity:.4;stroke-linecap:round}.line{stroke-width:1.2}
    .change{stroke:var(--muted);stroke-width:1.2;stroke-dasharray:3 3}
    .minor{opacity:.55}
    \((0..<Palette.series).map { "path.mark.c\($0){fill:var(--c\($0))}path.c\($0){stroke:var(--c\($0))}" }.joined())
    path.mark{stroke:var(--bg);stroke-width:.8}
    """

  private static let page = """
    *{box-sizing:border-box}html{-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,'Liberation Sans',Arial,sans-serif}
    header,main,footer{max-width:66rem;margin:0 auto;padding:0 1rem}
    h1,h2,h3{line-height:1.25;text-wrap:balance}h1{font-size:1.9rem;margin:2rem 0 .5rem}
    h2{font-size:1.4rem;margin:3rem 0 .75rem;padding-top:.75rem;border-top:1px solid var(--rule)}
    h3{font-size:1.08rem;margin:1.75rem 0 .5rem}
    h1,h2,h3,p,li,summary,figcaption{overflow-wrap:anywhere}td,th{overflow-wrap:anywhere}
    p,ul{max-width:46rem;margin:.6rem 0}ul{padding-left:1.2rem}
    .headline{font-size:1.2rem;max-width:50rem}
    a{color:var(--link)}a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--link);
    outline-offset:2px}
    .skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--bg);padding:.5rem}
    nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;list-style:none;padding:0;margin:1rem 0;max-width:none}
    .good{color:var(--good)}.warning{color:var(--warning)}.bad{color:var(--bad)}
    .muted,figcaption,caption,footer{color:var(--muted)}
    figure{margin:1.25rem 0;padding:1rem;background:var(--bg);border:1px solid var(--rule);border-radius:.5rem}
    figcaption{font-size:.9rem;margin:.5rem 0 0}figure h3,figure h4{margin:0 0 .6rem}
    figure h4{font-size:.9rem;overflow-wrap:anywhere}
    figure svg{display:block;width:100%;height:auto}.narrow{display:none!important}
    .few{display:grid;grid-template-columns:repeat(auto-fill,minmax(19rem,1fr));gap:1rem}
    .few figure{margin:0;padding:.75rem}
    details{margin:.6rem 0}summary{cursor:pointer;color:var(--link)}details.item>summary{color:inherit}
    .scroll{overflow-x:auto;margin:.75rem 0}
    table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;min-width:50%}
    caption{text-align:left;padding:.25rem 0 .5rem;font-size:.9rem}
    caption span{display:inline-block;position:sticky;left:0;max-width:min(46rem,calc(100vw - 4.5rem))}
    th,td{padding:.3rem .65rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule);min-width:5rem}
    th[scope=row]{font-weight:500;min-width:8rem}thead th{background:var(--surface);vertical-align:bottom}
    td.n,th.n{text-align:right;white-space:nowrap;min-width:3.4rem}thead th.n{white-space:normal}
    @media screen{thead th{overflow-wrap:break-word}}
    footer{margin-top:3rem;padding-bottom:3rem;font-size:.9rem;border-top:1px solid var(--rule)}
    @media(max-width:43rem){.wide{display:none!important}.narrow{display:block!important}
    h1{font-size:1.5rem}.headline{font-size:1.08rem}figure{padding:.75rem .6rem}}
    @media print{nav,.skip,figure details{display:none}h2,h3{break-after:avoid}figure,tr{break-inside:avoid}
    .item::details-content{content-visibility:visible;display:block;height:auto}.scroll{overflow:visible}
    body{font-size:10pt}h2{margin-top:1.5rem}table{font-size:7.5pt;min-width:0;width:100%}
    th,td,th[scope=row]{padding:.15rem .3rem;min-width:0;overflow-wrap:anywhere}td.n,th.n{white-space:normal;min-width:0}
    caption span{position:static;max-width:none}}
    """
}
