# Made by widecheck. Draw again: gnuplot sine-fashion.gp
if (!exists('output')) output = 'sine-fashion.svg'
set encoding utf8
set terminal svg size 760,520 fixed noenhanced rounded background '#ffffff' font 'DejaVu Sans,Verdana,Arial,sans-serif,13'
set output output
set title 'Angle between the learned rows of V and the principal components, '."\n".'Fashion-MNIST' noenhanced offset 0,-0.3
set border 3 lc rgb '#404040'
set xtics offset 0,0.25
set xlabel offset 0,0.4
set tics nomirror out scale 0.8,0.4 textcolor rgb '#202020'
set grid xtics ytics mxtics mytics lt 1 lc rgb '#d9d9d9' lw 0.6, lt 1 lc rgb '#efefef' lw 0.4
set minussign
set key outside below center horizontal Left reverse noenhanced samplen 3.2 spacing 1.25 height 0.6
set xlabel 'hidden width M' noenhanced
set xrange [229.12641815756095:4576.408117543813]
set logscale x
set xtics ('256' 256, '512' 512, '1024' 1024, '2048' 2048, '4096' 4096)
set ylabel 'sin θ to PCA, sin θ to PCA of other data' noenhanced
set yrange [0.010319357964218763:1.4516843836125288]
set logscale y
set ytics ('' 0.02 1, '' 0.03 1, '' 0.04 1, '' 0.05 1, '' 0.06 1, '' 0.07 1, '' 0.08 1, '' 0.09 1, '10⁻¹' 0.1, '' 0.2 1, '' 0.3 1, '' 0.4 1, '' 0.5 1, '' 0.6 1, '' 0.7 1, '' 0.8 1, '' 0.9 1, '10⁰' 1)
set label 'slope −1/2' noenhanced at graph 1.012, graph 0.3045 left font ',11' textcolor rgb '#767676' front
set label 'slope −1' noenhanced at graph 1.012, graph 0.0243 left font ',11' textcolor rgb '#767676' front
set rmargin 12
set label '' at first 256, graph 0.985 point pt 8 ps 0.8 lw 1.2 lc rgb '#0072B2' front
set label '' at first 256, graph 0.957 point pt 8 ps 0.8 lw 1.2 lc rgb '#D55E00' front
plot 'sine-fashion.dat' index 0 using 1:3:4 with filledcurves fs transparent solid 0.16 noborder lc rgb '#0072B2' notitle, \
'sine-fashion.dat' index 1 using 1:3:4 with filledcurves fs transparent solid 0.16 noborder lc rgb '#D55E00' notitle, \
'sine-fashion.dat' index 2 with lines lw 0.9 lc rgb '#a0a0a0' notitle, \
'sine-fashion.dat' index 3 with lines lw 0.9 lc rgb '#a0a0a0' notitle, \
'sine-fashion.dat' index 0 using 1:2 with linespoints lw 1.8 dt solid pt 7 ps 0.75 lc rgb '#0072B2' title 'sin θ to PCA', \
'sine-fashion.dat' index 1 using 1:2 with linespoints lw 1.8 dt (9,4) pt 5 ps 0.75 lc rgb '#D55E00' title 'sin θ to PCA of other data', \
keyentry with points pt 8 ps 0.8 lc rgb '#767676' title 'diverged or unbounded'
set output
