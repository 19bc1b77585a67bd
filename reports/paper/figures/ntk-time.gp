# Made by widecheck. Draw again: gnuplot ntk-time.gp
if (!exists('output')) output = 'ntk-time.svg'
set encoding utf8
set terminal svg size 800,500 fixed noenhanced rounded background '#ffffff' font 'DejaVu Sans,Verdana,Arial,sans-serif,13'
set output output
set title 'Change of the NTK over training time, relu' noenhanced offset 0,-0.3
set border 3 lc rgb '#404040'
set xtics offset 0,0.25
set xlabel offset 0,0.4
set tics nomirror out scale 0.8,0.4 textcolor rgb '#202020'
set grid xtics ytics mxtics mytics lt 1 lc rgb '#d9d9d9' lw 0.6, lt 1 lc rgb '#efefef' lw 0.4
set minussign
set key outside below center horizontal Left reverse noenhanced samplen 3.2 spacing 1.25 height 0.6
set key outside right center vertical Left reverse noenhanced samplen 2.2
set xlabel 'training time t = step size × steps' noenhanced
set xrange [0:9.579]
set format x '%g'
set ylabel 'ΔΘ = ‖Θₜ − Θ₀‖/‖Θ₀‖' noenhanced
set yrange [5.840763383120536e-05:0.27327897249098226]
set logscale y
set ytics ('' 6e-05 1, '' 7e-05 1, '' 8e-05 1, '' 9e-05 1, '10⁻⁴' 0.0001, '' 0.0002 1, '' 0.0003 1, '' 0.0004 1, '' 0.0005 1, '' 0.0006 1, '' 0.0007 1, '' 0.0008 1, '' 0.0009 1, '10⁻³' 0.001, '' 0.002 1, '' 0.003 1, '' 0.004 1, '' 0.005 1, '' 0.006 1, '' 0.007 1, '' 0.008 1, '' 0.009 1, '10⁻²' 0.01, '' 0.02 1, '' 0.03 1, '' 0.04 1, '' 0.05 1, '' 0.06 1, '' 0.07 1, '' 0.08 1, '' 0.09 1, '10⁻¹' 0.1, '' 0.2 1)
set label '' at first 0.9, first 0.13986360995051986 point pt 8 ps 0.9 lw 1.4 lc rgb '#440154' front
set label '' at first 1.2000000000000002, first 0.10708983069824356 point pt 8 ps 0.9 lw 1.4 lc rgb '#462473' front
set label '' at first 1.8, first 0.14900900074160192 point pt 8 ps 0.9 lw 1.4 lc rgb '#3F4485' front
set label '' at first 2.4000000000000004, first 0.1568534863409545 point pt 8 ps 0.9 lw 1.4 lc rgb '#34608C' front
set label '' at first 2.7, first 0.12188265095583943 point pt 8 ps 0.9 lw 1.4 lc rgb '#297A8E' front
set label '' at first 3, first 0.10929956135681412 point pt 8 ps 0.9 lw 1.4 lc rgb '#22948C' front
set label '' at first 3.6, first 0.12923745703221515 point pt 8 ps 0.9 lw 1.4 lc rgb '#27AC82' front
set label '' at first 4.2, first 0.15764302269069208 point pt 8 ps 0.9 lw 1.4 lc rgb '#50C26A' front
set label '' at first 4.5, first 0.11623774114297636 point pt 8 ps 0.9 lw 1.4 lc rgb '#8BD446' front
set arrow from graph 0, first 0.1 to graph 1, first 0.1 nohead lc rgb '#767676' lw 1 dt (2,3) back
plot 'ntk-time.dat' index 0 using 1:3:4 with filledcurves fs transparent solid 0.13 noborder lc rgb '#440154' notitle, \
'ntk-time.dat' index 1 using 1:3:4 with filledcurves fs transparent solid 0.13 noborder lc rgb '#440154' notitle, \
'ntk-time.dat' index 2 using 1:3:4 with filledcurves fs transparent solid 0.13 noborder lc rgb '#462473' notitle, \
'ntk-time.dat' index 3 using 1:3:4 with filledcurves fs transparent solid 0.13 noborder lc rgb '#462473' notitle, \
'ntk-time.dat' index 4 using 1:3:4 with filledcurves fs transparent solid 0.13 noborder lc rgb '#3F4485' notitle, \
'ntk-time.dat' index 5 using 1:3:4 with filledcurves fs transparent solid 0.13 noborder lc rgb '#3F4485' notitle, \
'ntk-time.dat' index 6 using 1:3:4 with filledcurves fs transparent solid 0.13 noborder lc rgb '#34608C' notitle, \
'ntk-time.dat' index 7 using 1:3:4 with filledcurves fs transparent solid 0.13 noborder lc rgb '#34608C' notitle, \
'ntk-time.dat' index 8 using 1:3:4 with filledcurves fs transparent solid 0.13 noborder lc rgb '#297A8E' notitle, \
'ntk-time.dat' index 9 using 1:3:4 with filledcurves fs transparent solid 0.13 noborder lc rgb '#297A8E' notitle, \
'ntk-time.dat' index 10 using 1:3:4 with filledcurves fs transparent solid 0.13 noborder lc rgb '#22948C' notitle, \
'ntk-time.dat' index 11 using 1:3:4 with filledcurves fs transparent solid 0.13 noborder lc rgb '#22948C' notitle, \
'ntk-time.dat' index 12 using 1:3:4 with filledcurves fs transparent solid 0.13 noborder lc rgb '#27AC82' notitle, \
'ntk-time.dat' index 13 using 1:3:4 with filledcurves fs transparent solid 0.13 noborder lc rgb '#27AC82' notitle, \
'ntk-time.dat' index 14 using 1:3:4 with filledcurves fs transparent solid 0.13 noborder lc rgb '#50C26A' notitle, \
'ntk-time.dat' index 15 using 1:3:4 with filledcurves fs transparent solid 0.13 noborder lc rgb '#50C26A' notitle, \
'ntk-time.dat' index 16 using 1:3:4 with filledcurves fs transparent solid 0.13 noborder lc rgb '#8BD446' notitle, \
'ntk-time.dat' index 17 using 1:3:4 with filledcurves fs transparent solid 0.13 noborder lc rgb '#8BD446' notitle, \
'ntk-time.dat' index 0 using 1:2 with lines lw 1.8 dt solid lc rgb '#440154' notitle, \
'ntk-time.dat' index 1 using 1:2 with lines lw 1.8 dt (9,4) lc rgb '#440154' notitle, \
'ntk-time.dat' index 2 using 1:2 with lines lw 1.8 dt solid lc rgb '#462473' notitle, \
'ntk-time.dat' index 3 using 1:2 with lines lw 1.8 dt (9,4) lc rgb '#462473' notitle, \
'ntk-time.dat' index 4 using 1:2 with lines lw 1.8 dt solid lc rgb '#3F4485' notitle, \
'ntk-time.dat' index 5 using 1:2 with lines lw 1.8 dt (9,4) lc rgb '#3F4485' notitle, \
'ntk-time.dat' index 6 using 1:2 with lines lw 1.8 dt solid lc rgb '#34608C' notitle, \
'ntk-time.dat' index 7 using 1:2 with lines lw 1.8 dt (9,4) lc rgb '#34608C' notitle, \
'ntk-time.dat' index 8 using 1:2 with lines lw 1.8 dt solid lc rgb '#297A8E' notitle, \
'ntk-time.dat' index 9 using 1:2 with lines lw 1.8 dt (9,4) lc rgb '#297A8E' notitle, \
'ntk-time.dat' index 10 using 1:2 with lines lw 1.8 dt solid lc rgb '#22948C' notitle, \
'ntk-time.dat' index 11 using 1:2 with lines lw 1.8 dt (9,4) lc rgb '#22948C' notitle, \
'ntk-time.dat' index 12 using 1:2 with lines lw 1.8 dt solid lc rgb '#27AC82' notitle, \
'ntk-time.dat' index 13 using 1:2 with lines lw 1.8 dt (9,4) lc rgb '#27AC82' notitle, \
'ntk-time.dat' index 14 using 1:2 with lines lw 1.8 dt solid lc rgb '#50C26A' notitle, \
'ntk-time.dat' index 15 using 1:2 with lines lw 1.8 dt (9,4) lc rgb '#50C26A' notitle, \
'ntk-time.dat' index 16 using 1:2 with lines lw 1.8 dt solid lc rgb '#8BD446' notitle, \
'ntk-time.dat' index 17 using 1:2 with lines lw 1.8 dt (9,4) lc rgb '#8BD446' notitle, \
keyentry with lines lw 2 lc rgb '#440154' title 'M = 64', \
keyentry with lines lw 2 lc rgb '#462473' title 'M = 128', \
keyentry with lines lw 2 lc rgb '#3F4485' title 'M = 256', \
keyentry with lines lw 2 lc rgb '#34608C' title 'M = 512', \
keyentry with lines lw 2 lc rgb '#297A8E' title 'M = 1024', \
keyentry with lines lw 2 lc rgb '#22948C' title 'M = 2048', \
keyentry with lines lw 2 lc rgb '#27AC82' title 'M = 4096', \
keyentry with lines lw 2 lc rgb '#50C26A' title 'M = 8192', \
keyentry with lines lw 2 lc rgb '#8BD446' title 'M = 16384', \
keyentry with lines lw 2 dt solid lc rgb '#767676' title 'dot', \
keyentry with lines lw 2 dt (9,4) lc rgb '#767676' title 'cosine', \
keyentry with points pt 8 ps 0.9 lc rgb '#767676' title 'half of the seeds have ended'
set output
