# Made by widecheck. Draw again: gnuplot escape-width.gp
if (!exists('output')) output = 'escape-width.svg'
set encoding utf8
set terminal svg size 760,520 fixed noenhanced rounded background '#ffffff' font 'DejaVu Sans,Verdana,Arial,sans-serif,13'
set output output
set title 'When the dot product’s NTK has changed by 0.1' noenhanced offset 0,-0.3
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
set ylabel 'escape time t_ε' noenhanced
set yrange [0.4111122069929011:4.908237147408456]
set format y '%g'
set rmargin 4
plot 'escape-width.dat' index 0 using 1:3:4 with filledcurves fs transparent solid 0.16 noborder lc rgb '#0072B2' notitle, \
'escape-width.dat' index 1 using 1:3:4 with filledcurves fs transparent solid 0.16 noborder lc rgb '#D55E00' notitle, \
'escape-width.dat' index 2 with lines lw 1.1 dt (5,4) lc rgb '#0072B2' notitle, \
'escape-width.dat' index 3 with lines lw 1.1 dt (5,4) lc rgb '#D55E00' notitle, \
'escape-width.dat' index 0 using 1:2 with linespoints lw 1.8 dt solid pt 7 ps 0.75 lc rgb '#0072B2' title 'relu', \
'escape-width.dat' index 1 using 1:2 with linespoints lw 1.8 dt (9,4) pt 5 ps 0.75 lc rgb '#D55E00' title 'tanh', \
keyentry with lines lw 1.1 dt (5,4) lc rgb '#767676' title 'predicted slope'
set output
