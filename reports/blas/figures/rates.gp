# Made by widecheck. Draw again: gnuplot rates.gp
if (!exists('output')) output = 'rates.svg'
set encoding utf8
set terminal svg size 900,520 fixed noenhanced rounded background '#ffffff' font 'DejaVu Sans,Verdana,Arial,sans-serif,13'
set output output
set title 'Rate by kernel and backend, one thread' noenhanced offset 0,-0.3
set border 3 lc rgb '#404040'
set xtics offset 0,0.25
set xlabel offset 0,0.4
set tics nomirror out scale 0.8,0.4 textcolor rgb '#202020'
set grid xtics ytics mxtics mytics lt 1 lc rgb '#d9d9d9' lw 0.6, lt 1 lc rgb '#efefef' lw 0.4
set minussign
set key outside below center horizontal Left reverse noenhanced samplen 3.2 spacing 1.25 height 0.6
set ylabel 'rate (GFLOP/s)' noenhanced
set yrange [0.7927750114713901:129.87721721141412]
set logscale y
set ytics ('' 0.8 1, '' 0.9 1, '10⁰' 1, '' 2 1, '' 3 1, '' 4 1, '' 5 1, '' 6 1, '' 7 1, '' 8 1, '' 9 1, '10¹' 10, '' 20 1, '' 30 1, '' 40 1, '' 50 1, '' 60 1, '' 70 1, '' 80 1, '' 90 1, '10²' 100)
set xrange [-0.6:9.6]
set format x ''
set xtics scale 0 ('' 0, '' 1, '' 2, '' 3, '' 4, '' 5, '' 6, '' 7, '' 8, '' 9)
set label 'dgemm' noenhanced at first 0, graph 0 offset 0,-0.9 center font ',11'
set label 'sgemm' noenhanced at first 1, graph 0 offset 0,-0.9 center font ',11'
set label 'dsyrk' noenhanced at first 2, graph 0 offset 0,-0.9 center font ',11'
set label 'dgemv' noenhanced at first 3, graph 0 offset 0,-0.9 center font ',11'
set label 'dtrsm' noenhanced at first 4, graph 0 offset 0,-0.9 center font ',11'
set label 'dpotrf' noenhanced at first 5, graph 0 offset 0,-0.9 center font ',11'
set label 'dgeqrf' noenhanced at first 6, graph 0 offset 0,-0.9 center font ',11'
set label 'dsyevr' noenhanced at first 7, graph 0 offset 0,-0.9 center font ',11'
set label 'dsyevd' noenhanced at first 8, graph 0 offset 0,-0.9 center font ',11'
set label 'dgesdd' noenhanced at first 9, graph 0 offset 0,-0.9 center font ',11'
set bmargin 5
set key at screen 0.5, screen 0.015 center bottom
set grid noxtics nomxtics
set rmargin 3
set style fill solid 1 border
plot 'rates.dat' index 0 using 1:2:($1-$5):($1+$5):(0.7927750114713901):2 with boxxyerror fs solid 1 border lc rgb '#303030' lw 0.7 fc rgb '#440154' notitle, \
'rates.dat' index 1 using 1:2:($1-$5):($1+$5):(0.7927750114713901):2 with boxxyerror fs solid 1 border lc rgb '#303030' lw 0.7 fc rgb '#472A78' notitle, \
'rates.dat' index 2 using 1:2:($1-$5):($1+$5):(0.7927750114713901):2 with boxxyerror fs solid 1 border lc rgb '#303030' lw 0.7 fc rgb '#3C4D89' notitle, \
'rates.dat' index 3 using 1:2:($1-$5):($1+$5):(0.7927750114713901):2 with boxxyerror fs solid 1 border lc rgb '#303030' lw 0.7 fc rgb '#2F6C8D' notitle, \
'rates.dat' index 4 using 1:2:($1-$5):($1+$5):(0.7927750114713901):2 with boxxyerror fs solid 1 border lc rgb '#303030' lw 0.7 fc rgb '#24898D' notitle, \
'rates.dat' index 5 using 1:2:($1-$5):($1+$5):(0.7927750114713901):2 with boxxyerror fs solid 1 border lc rgb '#303030' lw 0.7 fc rgb '#25A584' notitle, \
'rates.dat' index 6 using 1:2:($1-$5):($1+$5):(0.7927750114713901):2 with boxxyerror fs solid 1 border lc rgb '#303030' lw 0.7 fc rgb '#4ABF6D' notitle, \
'rates.dat' index 7 using 1:2:($1-$5):($1+$5):(0.7927750114713901):2 with boxxyerror fs solid 1 border lc rgb '#303030' lw 0.7 fc rgb '#8BD446' notitle, \
'rates.dat' index 0 using 1:3:(0):($4-$3) with vectors nohead lw 2.6 lc rgb '#ffffff' notitle, \
'rates.dat' index 1 using 1:3:(0):($4-$3) with vectors nohead lw 2.6 lc rgb '#ffffff' notitle, \
'rates.dat' index 2 using 1:3:(0):($4-$3) with vectors nohead lw 2.6 lc rgb '#ffffff' notitle, \
'rates.dat' index 3 using 1:3:(0):($4-$3) with vectors nohead lw 2.6 lc rgb '#ffffff' notitle, \
'rates.dat' index 4 using 1:3:(0):($4-$3) with vectors nohead lw 2.6 lc rgb '#ffffff' notitle, \
'rates.dat' index 5 using 1:3:(0):($4-$3) with vectors nohead lw 2.6 lc rgb '#ffffff' notitle, \
'rates.dat' index 6 using 1:3:(0):($4-$3) with vectors nohead lw 2.6 lc rgb '#ffffff' notitle, \
'rates.dat' index 7 using 1:3:(0):($4-$3) with vectors nohead lw 2.6 lc rgb '#ffffff' notitle, \
'rates.dat' index 0 using 1:3:(0):($4-$3) with vectors nohead lw 1.1 lc rgb '#000000' notitle, \
'rates.dat' index 1 using 1:3:(0):($4-$3) with vectors nohead lw 1.1 lc rgb '#000000' notitle, \
'rates.dat' index 2 using 1:3:(0):($4-$3) with vectors nohead lw 1.1 lc rgb '#000000' notitle, \
'rates.dat' index 3 using 1:3:(0):($4-$3) with vectors nohead lw 1.1 lc rgb '#000000' notitle, \
'rates.dat' index 4 using 1:3:(0):($4-$3) with vectors nohead lw 1.1 lc rgb '#000000' notitle, \
'rates.dat' index 5 using 1:3:(0):($4-$3) with vectors nohead lw 1.1 lc rgb '#000000' notitle, \
'rates.dat' index 6 using 1:3:(0):($4-$3) with vectors nohead lw 1.1 lc rgb '#000000' notitle, \
'rates.dat' index 7 using 1:3:(0):($4-$3) with vectors nohead lw 1.1 lc rgb '#000000' notitle, \
keyentry with boxes fs solid 1 border lc rgb '#303030' fc rgb '#440154' title 'atlas', \
keyentry with boxes fs solid 1 border lc rgb '#303030' fc rgb '#472A78' title 'blis-openmp', \
keyentry with boxes fs solid 1 border lc rgb '#303030' fc rgb '#3C4D89' title 'blis-pthread', \
keyentry with boxes fs solid 1 border lc rgb '#303030' fc rgb '#2F6C8D' title 'blis-serial', \
keyentry with boxes fs solid 1 border lc rgb '#303030' fc rgb '#24898D' title 'openblas-openmp', \
keyentry with boxes fs solid 1 border lc rgb '#303030' fc rgb '#25A584' title 'openblas-pthread', \
keyentry with boxes fs solid 1 border lc rgb '#303030' fc rgb '#4ABF6D' title 'openblas-serial', \
keyentry with boxes fs solid 1 border lc rgb '#303030' fc rgb '#8BD446' title 'reference'
set output
