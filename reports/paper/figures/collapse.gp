# Made by widecheck. Draw again: gnuplot collapse.gp
if (!exists('output')) output = 'collapse.svg'
set encoding utf8
set terminal svg size 640,620 fixed noenhanced rounded background '#ffffff' font 'DejaVu Sans,Verdana,Arial,sans-serif,13'
set output output
set title 'Learned representation without the constraint, over that of PCA' noenhanced offset 0,-0.3
set border 3 lc rgb '#404040'
set xtics offset 0,0.25
set xlabel offset 0,0.4
set tics nomirror out scale 0.8,0.4 textcolor rgb '#202020'
set grid xtics ytics mxtics mytics lt 1 lc rgb '#d9d9d9' lw 0.6, lt 1 lc rgb '#efefef' lw 0.4
set minussign
set key outside below center horizontal Left reverse noenhanced samplen 3.2 spacing 1.25 height 0.6
set xlabel 'first coordinate of the output f' noenhanced
set xrange [-0.8210854444535262:0.7103597765145284]
set format x '%g'
set ylabel 'second coordinate of the output f' noenhanced
set yrange [-0.2426456995038921:0.5715335243697306]
set format y '%g'
set size ratio -1
set border 15
plot 'collapse.dat' index 0 using 1:2:($3-$1):($4-$2) with vectors nohead lw 0.9 lc rgb '#a8a8a8' notitle, \
'collapse.dat' index 1 using 1:2:($3-$1):($4-$2) with vectors nohead lw 0.9 lc rgb '#a8a8a8' notitle, \
'collapse.dat' index 2 using 1:2:($3-$1):($4-$2) with vectors nohead lw 0.9 lc rgb '#a8a8a8' notitle, \
'collapse.dat' index 3 using 1:2:($3-$1):($4-$2) with vectors nohead lw 0.9 lc rgb '#a8a8a8' notitle, \
'collapse.dat' index 0 using 3:4 with points pt 6 ps 1.25 lw 1.3 lc rgb '#0072B2' notitle, \
'collapse.dat' index 1 using 3:4 with points pt 4 ps 1.25 lw 1.3 lc rgb '#D55E00' notitle, \
'collapse.dat' index 2 using 3:4 with points pt 8 ps 1.25 lw 1.3 lc rgb '#009E73' notitle, \
'collapse.dat' index 3 using 3:4 with points pt 12 ps 1.25 lw 1.3 lc rgb '#CC79A7' notitle, \
'collapse.dat' index 0 using 1:2 with points pt 7 ps 0.85 lc rgb '#0072B2' title 'class 0', \
'collapse.dat' index 1 using 1:2 with points pt 5 ps 0.85 lc rgb '#D55E00' title 'class 1', \
'collapse.dat' index 2 using 1:2 with points pt 9 ps 0.85 lc rgb '#009E73' title 'class 2', \
'collapse.dat' index 3 using 1:2 with points pt 13 ps 0.85 lc rgb '#CC79A7' title 'class 3', \
keyentry with points pt 7 ps 0.85 lc rgb '#767676' title 'learned (filled)', \
keyentry with points pt 6 ps 1.25 lw 1.3 lc rgb '#767676' title 'PCA (open)'
set output
