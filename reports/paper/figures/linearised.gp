# Made by widecheck. Draw again: gnuplot linearised.gp
if (!exists('output')) output = 'linearised.svg'
set encoding utf8
set terminal svg size 760,520 fixed noenhanced rounded background '#ffffff' font 'DejaVu Sans,Verdana,Arial,sans-serif,13'
set output output
set title 'Error of the model linearised at the start, cosine similarity, t = 8' noenhanced offset 0,-0.3
set border 3 lc rgb '#404040'
set xtics offset 0,0.25
set xlabel offset 0,0.4
set tics nomirror out scale 0.8,0.4 textcolor rgb '#202020'
set grid xtics ytics mxtics mytics lt 1 lc rgb '#d9d9d9' lw 0.6, lt 1 lc rgb '#efefef' lw 0.4
set minussign
set key outside below center horizontal Left reverse noenhanced samplen 3.2 spacing 1.25 height 0.6
set xlabel 'hidden width M' noenhanced
set xrange [51.26847216573579:20452.64771320399]
set logscale x
set xtics ('64' 64, '128' 128, '256' 256, '512' 512, '1024' 1024, '2048' 2048, '4096' 4096, '8192' 8192, '16384' 16384)
set ylabel '‖F − F_lin‖/‖F − F₀‖' noenhanced
set yrange [0.000562427596030716:0.1032732369848394]
set logscale y
set ytics ('' 0.0006 1, '' 0.0007 1, '' 0.0008 1, '' 0.0009 1, '10⁻³' 0.001, '' 0.002 1, '' 0.003 1, '' 0.004 1, '' 0.005 1, '' 0.006 1, '' 0.007 1, '' 0.008 1, '' 0.009 1, '10⁻²' 0.01, '' 0.02 1, '' 0.03 1, '' 0.04 1, '' 0.05 1, '' 0.06 1, '' 0.07 1, '' 0.08 1, '' 0.09 1, '10⁻¹' 0.1)
set label 'slope −1/2' noenhanced at graph 1.012, graph 0.2514 left font ',11' textcolor rgb '#767676' front
set label 'slope −1' noenhanced at first 3797.0355841124156, graph 0.0250 left offset 0.9,0 font ',11' textcolor rgb '#767676' front
set rmargin 12
plot 'linearised.dat' index 0 using 1:3:4 with filledcurves fs transparent solid 0.16 noborder lc rgb '#0072B2' notitle, \
'linearised.dat' index 1 with lines lw 0.9 lc rgb '#a0a0a0' notitle, \
'linearised.dat' index 2 with lines lw 0.9 lc rgb '#a0a0a0' notitle, \
'linearised.dat' index 0 using 1:2 with linespoints lw 1.8 dt solid pt 7 ps 0.75 lc rgb '#0072B2' title '‖F − F_lin‖/‖F − F₀‖'
set output
