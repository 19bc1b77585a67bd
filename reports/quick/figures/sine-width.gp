# Made by widecheck. Draw again: gnuplot sine-width.gp
if (!exists('output')) output = 'sine-width.svg'
set encoding utf8
set terminal svg size 760,520 fixed noenhanced rounded background '#ffffff' font 'DejaVu Sans,Verdana,Arial,sans-serif,13'
set output output
set title 'Angle between the learned rows of V and the principal components' noenhanced offset 0,-0.3
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
set yrange [4.418046005687495e-07:3.9946121172545004]
set logscale y
set ytics ('' 5e-07 1, '' 6e-07 1, '' 7e-07 1, '' 8e-07 1, '' 9e-07 1, '10⁻⁶' 1e-06, '' 2e-06 1, '' 3e-06 1, '' 4e-06 1, '' 5e-06 1, '' 6e-06 1, '' 7e-06 1, '' 8e-06 1, '' 9e-06 1, '10⁻⁵' 1e-05, '' 2e-05 1, '' 3e-05 1, '' 4e-05 1, '' 5e-05 1, '' 6e-05 1, '' 7e-05 1, '' 8e-05 1, '' 9e-05 1, '10⁻⁴' 0.0001, '' 0.0002 1, '' 0.0003 1, '' 0.0004 1, '' 0.0005 1, '' 0.0006 1, '' 0.0007 1, '' 0.0008 1, '' 0.0009 1, '10⁻³' 0.001, '' 0.002 1, '' 0.003 1, '' 0.004 1, '' 0.005 1, '' 0.006 1, '' 0.007 1, '' 0.008 1, '' 0.009 1, '10⁻²' 0.01, '' 0.02 1, '' 0.03 1, '' 0.04 1, '' 0.05 1, '' 0.06 1, '' 0.07 1, '' 0.08 1, '' 0.09 1, '10⁻¹' 0.1, '' 0.2 1, '' 0.3 1, '' 0.4 1, '' 0.5 1, '' 0.6 1, '' 0.7 1, '' 0.8 1, '' 0.9 1, '10⁰' 1, '' 2 1, '' 3 1)
set rmargin 4
set arrow from graph 0, first 0.001 to graph 1, first 0.001 nohead lc rgb '#767676' lw 1 dt (2,3) back
plot 'sine-width.dat' index 0 using 1:3:4 with filledcurves fs transparent solid 0.16 noborder lc rgb '#0072B2' notitle, \
'sine-width.dat' index 1 using 1:3:4 with filledcurves fs transparent solid 0.16 noborder lc rgb '#D55E00' notitle, \
'sine-width.dat' index 2 using 1:3:4 with filledcurves fs transparent solid 0.16 noborder lc rgb '#009E73' notitle, \
'sine-width.dat' index 3 using 1:3:4 with filledcurves fs transparent solid 0.16 noborder lc rgb '#CC79A7' notitle, \
'sine-width.dat' index 0 using 1:2 with linespoints lw 1.8 dt solid pt 7 ps 0.75 lc rgb '#0072B2' title 'sin θ to PCA, layers = all', \
'sine-width.dat' index 1 using 1:2 with linespoints lw 1.8 dt (9,4) pt 5 ps 0.75 lc rgb '#D55E00' title 'sin θ to PCA, layers = output', \
'sine-width.dat' index 2 using 1:2 with linespoints lw 1.8 dt (3,3) pt 9 ps 0.75 lc rgb '#009E73' title 'sin θ to PCA of other data, layers = all', \
'sine-width.dat' index 3 using 1:2 with linespoints lw 1.8 dt (12,3,3,3) pt 13 ps 0.75 lc rgb '#CC79A7' title 'sin θ to PCA of other data, layers = output'
set output
