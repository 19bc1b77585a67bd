# Made by widecheck. Draw again: gnuplot escape-fashion.gp
if (!exists('output')) output = 'escape-fashion.svg'
set encoding utf8
set terminal svg size 760,520 fixed noenhanced rounded background '#ffffff' font 'DejaVu Sans,Verdana,Arial,sans-serif,13'
set output output
set title 'When the dot product’s NTK has changed by 0.1, Fashion-MNIST' noenhanced offset 0,-0.3
set border 3 lc rgb '#404040'
set xtics offset 0,0.25
set xlabel offset 0,0.4
set tics nomirror out scale 0.8,0.4 textcolor rgb '#202020'
set grid xtics ytics mxtics mytics lt 1 lc rgb '#d9d9d9' lw 0.6, lt 1 lc rgb '#efefef' lw 0.4
set minussign
set key outside below center horizontal Left reverse noenhanced samplen 3.2 spacing 1.25 height 0.6
set xlabel 'hidden width M' noenhanced
set xrange [52.709825105124665:9946.684492964221]
set logscale x
set xtics ('64' 64, '128' 128, '256' 256, '512' 512, '1024' 1024, '2048' 2048, '4096' 4096, '8192' 8192)
set ylabel 'escape time t_ε' noenhanced
set yrange [0.585557973602121:6.502122082034001]
set format y '%g'
set rmargin 4
plot 'escape-fashion.dat' index 0 using 1:3:4 with filledcurves fs transparent solid 0.16 noborder lc rgb '#0072B2' notitle, \
'escape-fashion.dat' index 1 with lines lw 1.1 dt (5,4) lc rgb '#0072B2' notitle, \
'escape-fashion.dat' index 0 using 1:2 with linespoints lw 1.8 dt solid pt 7 ps 0.75 lc rgb '#0072B2' title 'escape time t_ε', \
keyentry with lines lw 1.1 dt (5,4) lc rgb '#767676' title 'predicted slope'
set output
