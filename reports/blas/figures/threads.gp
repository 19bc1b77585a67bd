# Made by widecheck. Draw again: gnuplot threads.gp
if (!exists('output')) output = 'threads.svg'
set encoding utf8
set terminal svg size 760,520 fixed noenhanced rounded background '#ffffff' font 'DejaVu Sans,Verdana,Arial,sans-serif,13'
set output output
set title 'What a second thread of the library brings to DGEMM, n = 1024' noenhanced offset 0,-0.3
set border 3 lc rgb '#404040'
set xtics offset 0,0.25
set xlabel offset 0,0.4
set tics nomirror out scale 0.8,0.4 textcolor rgb '#202020'
set grid xtics ytics mxtics mytics lt 1 lc rgb '#d9d9d9' lw 0.6, lt 1 lc rgb '#efefef' lw 0.4
set minussign
set key outside below center horizontal Left reverse noenhanced samplen 3.2 spacing 1.25 height 0.6
set xlabel 'threads' noenhanced
set xrange [0.96:2.04]
set format x '%g'
set xtics ('1' 1, '2' 2)
set ylabel 'rate (GFLOP/s)' noenhanced
set yrange [-1.9142330184738174:116.25991493465298]
set format y '%g'
set rmargin 4
plot 'threads.dat' index 0 using 1:3:4 with filledcurves fs transparent solid 0.16 noborder lc rgb '#0072B2' notitle, \
'threads.dat' index 1 using 1:3:4 with filledcurves fs transparent solid 0.16 noborder lc rgb '#D55E00' notitle, \
'threads.dat' index 2 using 1:3:4 with filledcurves fs transparent solid 0.16 noborder lc rgb '#009E73' notitle, \
'threads.dat' index 3 using 1:3:4 with filledcurves fs transparent solid 0.16 noborder lc rgb '#CC79A7' notitle, \
'threads.dat' index 4 using 1:3:4 with filledcurves fs transparent solid 0.16 noborder lc rgb '#E69F00' notitle, \
'threads.dat' index 5 using 1:3:4 with filledcurves fs transparent solid 0.16 noborder lc rgb '#56B4E9' notitle, \
'threads.dat' index 6 using 1:3:4 with filledcurves fs transparent solid 0.16 noborder lc rgb '#000000' notitle, \
'threads.dat' index 7 using 1:3:4 with filledcurves fs transparent solid 0.16 noborder lc rgb '#0072B2' notitle, \
'threads.dat' index 0 using 1:2 with linespoints lw 1.8 dt solid pt 7 ps 0.75 lc rgb '#0072B2' title 'atlas', \
'threads.dat' index 1 using 1:2 with linespoints lw 1.8 dt (9,4) pt 5 ps 0.75 lc rgb '#D55E00' title 'blis-openmp', \
'threads.dat' index 2 using 1:2 with linespoints lw 1.8 dt (3,3) pt 9 ps 0.75 lc rgb '#009E73' title 'blis-pthread', \
'threads.dat' index 3 using 1:2 with linespoints lw 1.8 dt (12,3,3,3) pt 13 ps 0.75 lc rgb '#CC79A7' title 'blis-serial', \
'threads.dat' index 4 using 1:2 with linespoints lw 1.8 dt (12,3,3,3,3,3) pt 11 ps 0.75 lc rgb '#E69F00' title 'openblas-openmp', \
'threads.dat' index 5 using 1:2 with linespoints lw 1.8 dt solid pt 15 ps 0.75 lc rgb '#56B4E9' title 'openblas-pthread', \
'threads.dat' index 6 using 1:2 with linespoints lw 1.8 dt (9,4) pt 7 ps 0.75 lc rgb '#000000' title 'openblas-serial', \
'threads.dat' index 7 using 1:2 with linespoints lw 1.8 dt (3,3) pt 5 ps 0.75 lc rgb '#0072B2' title 'reference'
set output
