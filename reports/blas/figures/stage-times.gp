# Made by widecheck. Draw again: gnuplot stage-times.gp
if (!exists('output')) output = 'stage-times.svg'
set encoding utf8
set terminal svg size 800,460 fixed noenhanced rounded background '#ffffff' font 'DejaVu Sans,Verdana,Arial,sans-serif,13'
set output output
set title 'Time in each stage' noenhanced offset 0,-0.3
set border 3 lc rgb '#404040'
set xtics offset 0,0.25
set xlabel offset 0,0.4
set tics nomirror out scale 0.8,0.4 textcolor rgb '#202020'
set grid xtics ytics mxtics mytics lt 1 lc rgb '#d9d9d9' lw 0.6, lt 1 lc rgb '#efefef' lw 0.4
set minussign
set key outside below center horizontal Left reverse noenhanced samplen 3.2 spacing 1.25 height 0.6
set xlabel 'wall time, summed over cells (s)' noenhanced
set xrange [0:338.9237385673308]
set format x '%g'
set label 'time' noenhanced at graph -0.015, first 0 right
set label '332 s,  16 GFLOP/s,  26 % of DGEMM' noenhanced at graph 1.02, first 0 left font ',11'
set label 'check' noenhanced at graph -0.015, first 1 right
set label '68.9 s,  8.48 GFLOP/s,  15 % of DGEMM' noenhanced at graph 1.02, first 1 left font ',11'
set label 'setup' noenhanced at graph -0.015, first 2 right
set label '17.8 s' noenhanced at graph 1.02, first 2 left font ',11'
set label 'ntk' noenhanced at graph -0.015, first 3 right
set label '8.02 s,  11.4 GFLOP/s,  23 % of DGEMM' noenhanced at graph 1.02, first 3 left font ',11'
set label 'train' noenhanced at graph -0.015, first 4 right
set label '2.79 s,  18 GFLOP/s,  35 % of DGEMM' noenhanced at graph 1.02, first 4 left font ',11'
set label 'pca' noenhanced at graph -0.015, first 5 right
set label '0.562 s' noenhanced at graph 1.02, first 5 left font ',11'
set label 'init' noenhanced at graph -0.015, first 6 right
set label '0.289 s,  1.31 GFLOP/s,  3 % of DGEMM' noenhanced at graph 1.02, first 6 left font ',11'
set label 'data' noenhanced at graph -0.015, first 7 right
set label '0.0587 s,  0.128 GFLOP/s,  0 % of DGEMM' noenhanced at graph 1.02, first 7 left font ',11'
set yrange [7.6:-0.6]
unset ytics
set border 1
set lmargin 22
set rmargin 36
unset key
set grid noytics nomytics
plot 'stage-times.dat' using 2:1:(0):2:($1-0.32):($1+0.32) with boxxyerror fs solid 1 noborder lc rgb '#0072B2' notitle
set output
